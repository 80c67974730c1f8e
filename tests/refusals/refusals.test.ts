import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Plan, Run } from '@autoops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type Answer } from '../stand/call.ts';
import type { Child } from '../stand/child.ts';
import { openStand, until, type Placed, type Stand, type Wishes } from '../stand/stand.ts';

const WAIT_MS = 30_000;
const TARGETS = [
  'tried',
  'viewer',
  'visitor',
  'asker',
  'rejected',
  'unsigned',
  'uid',
  'field',
  'busy',
  'undispatched',
  'revoked',
  'changed-after',
  'frozen',
  'frozen-since',
  'frozen-in-flight',
  'rules',
  'denied',
  'shadowed',
  'bundle',
  'back',
  'back-too',
  'foreign-hand',
];

let stand: Stand;
let worker: Child;
let api: Child;
const tokens = new Map<string, string>();
beforeAll(async () => {
  stand = await openStand(TARGETS);
  for (const [name, holder, environments] of [
    ['operator@demo', 'operator', []],
    ['approver@demo', 'approver', []],
    ['leaver@demo', 'approver', []],
    ['viewer@demo', 'viewer', []],
    ['admin@demo', 'admin', []],
    ['elsewhere@demo', 'admin', ['prod']],
    ['asker@demo', 'admin', []],
    ['robot', 'admin', []],
  ] as const)
    tokens.set(name, await stand.token(name, holder, { environments }));
  [worker, api] = await Promise.all([stand.worker(), stand.api()]);
});
afterAll(async () => {
  await stand?.close();
});

const as = (
  name: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => call(api.ready, method, path, { token: tokens.get(name) ?? '', body, headers });
const execute = (name: string, { plan }: Placed) => as(name, 'POST', `/plans/${plan.id}/execute`);
const approve = (name: string, approvalId: string, plan: Plan, hash = plan.hash) =>
  as(name, 'POST', `/approvals/${approvalId}/approve`, {}, { 'if-match': `"${hash}"` });
const planOf = async ({ plan }: Placed): Promise<Plan> => {
  const now = await stand.store.records.plan(stand.workspaceId, plan.id);
  if (now === undefined) throw new Error('The plan is gone.');
  return now;
};

/** A plan that needs an approval, and the approval that policy asked for. */
async function asked(target: string, more: Partial<Wishes> = {}): Promise<Placed & { readonly approvalId: string }> {
  const placed = await stand.place({ targets: [target], riskClass: 'medium', state: 'draft', ...more });
  const approval = await until(
    () => stand.store.records.approvalOfPlan(stand.workspaceId, placed.plan.id),
    WAIT_MS,
    async () =>
      `policy asked for no approval; the plan is ${(await planOf(placed)).state}\n${worker.output().slice(-1_500)}`,
  );
  return { ...placed, approvalId: approval.id };
}

/** What was placed has come to rest without a run that may go on. */
async function ended(placed: Placed, states: readonly Plan['state'][]): Promise<Plan> {
  return until(
    async () => {
      const plan = await planOf(placed);
      const run = await stand.runOf(placed);
      return states.includes(plan.state) && (run === undefined || run.finishedAt !== undefined) ? plan : undefined;
    },
    WAIT_MS,
    async () =>
      `the plan is ${(await planOf(placed)).state}, its run ${JSON.stringify(await stand.runOf(placed))}\n${worker.output().slice(-1_500)}`,
  );
}

async function runEnds(placed: Placed, ...states: readonly Run['state'][]): Promise<Run> {
  return until(
    async () => {
      const run = await stand.runOf(placed);
      return run !== undefined && states.includes(run.state) ? run : undefined;
    },
    WAIT_MS,
    async () => JSON.stringify(await stand.runOf(placed)),
  );
}

/** The target's own ledger says that nothing was done, and no lock or budget is kept for it. */
async function nothingWasDone(...targets: readonly string[]): Promise<void> {
  expect(stand.effects(targets)).toEqual([]);
  const keys = targets.map((name) => `staging/http/${name}`);
  expect(
    await stand.sql('select target_key from target_locks where holder is not null and target_key = any ($1)', [keys]),
  ).toEqual([]);
  expect(
    await stand.sql('select target_key from action_reservations where released_at is null and target_key = any ($1)', [
      keys,
    ]),
  ).toEqual([]);
}

describe('no effect in the target’s ledger', () => {
  it('of a dry run, which asks the target', async () => {
    const placed = await stand.place({ targets: ['tried'] });
    const answer = await as('operator@demo', 'POST', `/plans/${placed.plan.id}/dry-run`);
    expect(answer).toMatchObject({ status: 200, json: { ok: true } });
    expect(stand.calls('tried').some((one) => one.dryRun === true)).toBe(true);
    await nothingWasDone('tried');
  });

  it('of a plan whose environment was looked at under all rules', async () => {
    const placed = await stand.place({ targets: ['tried'] });
    expect((await as('operator@demo', 'POST', `/plans/${placed.plan.id}/evaluate`)).status).toBe(200);
    await nothingWasDone('tried');
  });

  it('without the role: a viewer, a person of another environment, an approver', async () => {
    const placed = await stand.place({ targets: ['viewer'] });
    for (const name of ['viewer@demo', 'elsewhere@demo', 'approver@demo'])
      expect([403, 404]).toContain((await execute(name, placed)).status);
    expect((await planOf(placed)).state).toBe('awaiting-execute');
    await nothingWasDone('viewer');
  });

  it('when whoever started it may not, asked again at dispatch', async () => {
    const placed = await stand.place({ targets: ['visitor'] });
    await stand.execute(placed, { kind: 'person', id: 'viewer@demo' });
    await ended(placed, ['stale']);
    expect((await stand.runOf(placed))?.state).toBe('aborted');
    await nothingWasDone('visitor');
  });

  it('approved by whoever asked for it, by a service, by an operator, or for another hash', async () => {
    const own = await asked('asker', { requester: { kind: 'person', id: 'asker@demo' } });
    expect((await approve('asker@demo', own.approvalId, own.plan)).status).toBe(403);
    expect((await approve('robot', own.approvalId, own.plan)).status).toBe(403);
    expect((await approve('operator@demo', own.approvalId, own.plan)).status).toBe(403);
    expect((await approve('elsewhere@demo', own.approvalId, own.plan)).status).toBeGreaterThanOrEqual(403);
    expect((await approve('approver@demo', own.approvalId, own.plan, 'f'.repeat(64))).status).toBe(412);
    expect((await planOf(own)).state).toBe('awaiting-approval');
    await nothingWasDone('asker');
  });

  it('rejected, and approved afterwards', async () => {
    const placed = await asked('rejected');
    expect(
      (await as('approver@demo', 'POST', `/approvals/${placed.approvalId}/reject`, { reason: 'not today' })).status,
    ).toBe(200);
    expect((await approve('approver@demo', placed.approvalId, placed.plan)).status).toBe(409);
    expect((await execute('operator@demo', placed)).status).toBe(409);
    await ended(placed, ['rejected']);
    await nothingWasDone('rejected');
  });

  it('expired before anybody decided', async () => {
    const placed = await asked('unsigned');
    await back(placed.approvalId, 'expiresAt');
    expect((await approve('approver@demo', placed.approvalId, placed.plan)).status).toBe(409);
    await ended(placed, ['expired']);
    await nothingWasDone('unsigned');
  });

  it('drifted, failed, revoked or late between approval and dispatch', async () => {
    const uid = await asked('uid');
    const field = await asked('field');
    const busy = await asked('busy');
    const revoked = await asked('revoked');
    const late = await asked('undispatched');
    await worker.stop();
    for (const one of [uid, field, busy, late])
      expect((await approve('approver@demo', one.approvalId, one.plan)).status).toBe(200);
    expect((await approve('leaver@demo', revoked.approvalId, revoked.plan)).status).toBe(200);
    await stand.hand('uid', { uid: 'uid-of-another' });
    await stand.hand('field', { owned: { level: 7 } });
    await stand.hand('busy', { observed: { busy: true } });
    await back(late.approvalId, 'dispatchBy');
    await stand.sql(`update tokens set revoked_at = now() where name = 'leaver@demo'`);
    worker = await stand.worker();

    await ended(uid, ['stale']);
    await ended(field, ['stale']);
    await ended(busy, ['stale']);
    expect((await stand.runOf(uid))?.reason).toBe('stale');
    expect((await stand.runOf(field))?.reason).toBe('stale');
    expect((await stand.runOf(busy))?.reason).toBe('precheck-failed');
    await ended(late, ['expired']);
    // Their approval counts no more: somebody else is asked.
    await ended(revoked, ['awaiting-approval', 'stale', 'denied']);
    expect(await stand.runOf(revoked)).toBeUndefined();
    await nothingWasDone('uid', 'field', 'busy', 'undispatched', 'revoked');
  });

  it('changed by somebody after the run was started and before its first step', async () => {
    const placed = await stand.place({ targets: ['changed-after'] });
    await worker.stop();
    await stand.execute(placed);
    await stand.hand('changed-after', { owned: { level: 3 } });
    worker = await stand.worker();
    await ended(placed, ['stale']);
    await nothingWasDone('changed-after');
  });

  it('frozen by the kill switch: before it is started, and between start and dispatch', async () => {
    const before = await stand.place({ targets: ['frozen'] });
    const since = await stand.place({ targets: ['frozen-since'] });
    await worker.stop();
    expect((await execute('operator@demo', since)).status).toBe(202);
    await flip('freeze');
    const answer = await execute('operator@demo', before);
    worker = await stand.worker();
    for (const one of answer.status === 202 ? [since, before] : [since]) {
      const run = await runEnds(one, 'paused', 'aborted');
      expect(stand.effects(['frozen', 'frozen-since'])).toEqual([]);
      if (run.state === 'paused') expect((await as('operator@demo', 'POST', `/runs/${run.id}/abort`)).status).toBe(202);
      await runEnds(one, 'aborted');
    }
    await flip('open');
    await nothingWasDone('frozen', 'frozen-since');
  });

  it('frozen after its worker died between DISPATCHED and the bytes: not asked for, because asking would do it', async () => {
    await worker.stop();
    const victim = await stand.worker('K6');
    const placed = await stand.place({ targets: ['frozen-in-flight'] });
    expect((await execute('operator@demo', placed)).status).toBe(202);
    let how: string | undefined;
    void victim.ended.then((signal) => (how = signal));
    expect(
      await until(
        () => how,
        WAIT_MS,
        () => `the worker lives:\n${victim.output().slice(-2_000)}`,
      ),
    ).toBe('SIGKILL');
    await flip('freeze');
    worker = await stand.worker();
    // Longer than the dead worker's lease, after which the next one would ask.
    await new Promise((wait) => setTimeout(wait, 5_000));
    expect(stand.calls('frozen-in-flight').filter((one) => one.key !== undefined)).toEqual([]);
    expect(stand.effects(['frozen-in-flight'])).toEqual([]);
    await flip('open');
    await runEnds(placed, 'succeeded');
    expect(stand.effects(['frozen-in-flight'])).toHaveLength(1);
  });

  it('stale: the runbook was switched off after the approval', async () => {
    const placed = await asked('rules');
    await worker.stop();
    expect((await approve('approver@demo', placed.approvalId, placed.plan)).status).toBe(200);
    stand.rules({ runbook: 'off' });
    worker = await stand.worker();
    await ended(placed, ['denied', 'stale']);
    stand.rules();
    await nothingWasDone('rules');
  });

  it('denied by a freeze, and started all the same', async () => {
    await stand.rulesInForce({
      freezes: `[{ from: "2020-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z", reason: year end }]`,
    });
    const placed = await stand.place({ targets: ['denied'], state: 'draft' });
    expect((await ended(placed, ['denied'])).verdict?.ruleIds).toEqual(['freeze']);
    expect((await execute('operator@demo', placed)).status).toBe(403);
    await nothingWasDone('denied');
  });

  it('in shadow: decided, recorded, and not to be started', async () => {
    await stand.rulesInForce({ autonomy: 'shadow' });
    const placed = await stand.place({ targets: ['shadowed'], state: 'draft' });
    await ended(placed, ['allowed']);
    expect((await execute('operator@demo', placed)).status).toBe(409);
    await stand.rulesInForce();
    await nothingWasDone('shadowed');
  });

  it('stale: the policy bundle was exchanged after the approval was asked for', async () => {
    const placed = await asked('bundle');
    otherBundle(stand.directory);
    await until(
      () => (worker.output().includes('policy bundle in force') ? true : undefined),
      WAIT_MS,
      () => worker.output().slice(-1_500),
    );
    expect((await approve('approver@demo', placed.approvalId, placed.plan)).status).toBe(200);
    // Their word was for another policy: they are asked again.
    await until(
      async () => {
        const now = await stand.store.records.approvalOfPlan(stand.workspaceId, placed.plan.id);
        return now !== undefined && now.id !== placed.approvalId ? now : undefined;
      },
      WAIT_MS,
      async () => (await planOf(placed)).state,
    );
    expect(await stand.runOf(placed)).toBeUndefined();
    await nothingWasDone('bundle');
  });
});

describe('a rollback token', () => {
  it('undoes once: forged, foreign and used ones change nothing', async () => {
    const mine = await stand.place({ targets: ['back'] });
    const other = await stand.place({ targets: ['back-too'] });
    for (const one of [mine, other]) expect((await execute('operator@demo', one)).status).toBe(202);
    const [run, foreign] = await Promise.all([runEnds(mine, 'succeeded'), runEnds(other, 'succeeded')]);
    const token = await tokenOf(run);
    const rollback = (name: string, shown: string) => as(name, 'POST', `/runs/${run.id}/rollback`, { token: shown });
    const [header = '', claims = '', signature = ''] = token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
    const raised = Buffer.from(Buffer.from(claims, 'base64url').toString().replace('"level":0', '"level":9')).toString(
      'base64url',
    );
    const mirrored = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const forged = [
      `${header}.${claims}.${mirrored}`,
      `${header}.${raised}.${signature}`,
      none,
      'nonsense',
      await tokenOf(foreign),
    ];
    for (const shown of forged) expect((await rollback('operator@demo', shown)).status).toBe(409);
    expect((await rollback('viewer@demo', token)).status).toBe(403);
    expect(stand.effects(['back', 'back-too'])).toHaveLength(2);

    expect((await rollback('operator@demo', token)).status).toBe(202);
    await runEnds(mine, 'rolled-back');
    expect(stand.effects(['back']).map(({ after }) => after.level)).toEqual([1, 0]);
    expect((await rollback('operator@demo', token)).status).toBe(409);
    expect(stand.effects(['back'])).toHaveLength(2);
  });

  it('is refused where somebody else has changed the target since', async () => {
    const placed = await stand.place({ targets: ['foreign-hand'] });
    expect((await execute('operator@demo', placed)).status).toBe(202);
    const run = await runEnds(placed, 'succeeded');
    await stand.hand('foreign-hand', { owned: { level: 5 } });
    expect((await as('operator@demo', 'POST', `/runs/${run.id}/rollback`, { token: await tokenOf(run) })).status).toBe(
      202,
    );
    await runEnds(placed, 'needs-human');
    expect(stand.effects(['foreign-hand'])).toHaveLength(1);
  });
});

/** Sets the kill switch of staging. */
async function flip(level: 'open' | 'freeze'): Promise<void> {
  const answer = await as('admin@demo', 'PUT', '/controls/environment:staging', { level, reason: 'a test' });
  expect(answer).toMatchObject({ status: 200, json: { level } });
}

/** The signed token as the API shows it to an operator. */
async function tokenOf(run: Run): Promise<string> {
  const { json } = await as('operator@demo', 'GET', `/runs/${run.id}`);
  const { rollbackToken } = json as { rollbackToken?: { token?: string } };
  return rollbackToken?.token ?? '';
}

/** Lets a time of an approval lie in the past: waiting for half an hour proves no more. */
async function back(approvalId: string, field: 'expiresAt' | 'dispatchBy'): Promise<void> {
  await stand.sql('update approvals set doc = jsonb_set(doc, array[$2], to_jsonb($3::text)) where id = $1', [
    approvalId,
    field,
    new Date(Date.now() - 1_000).toISOString(),
  ]);
}

/** The same policy with a custom section appended (WebAssembly core specification 2.5): other bytes, another digest. */
function otherBundle(directory: string): void {
  const folder = join(directory, 'policies/dist');
  appendFileSync(join(folder, 'policy.wasm'), Buffer.from([0, 5, 4, ...Buffer.from('next')]));
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  const wasmDigest = createHash('sha256')
    .update(readFileSync(join(folder, 'policy.wasm')))
    .digest('hex');
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, wasmDigest }));
}
