import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ROLE_PERMISSIONS,
  type Actor,
  type Incident,
  type Permission,
  type Plan,
  type Role,
  type Run,
} from '@autoops/contracts';
import { startTestPostgres } from '@autoops/local-postgres';
import { requestExecute } from '@autoops/pipeline';
import { openStore, prepareDatabase, type Store } from '@autoops/store';
import pg from 'pg';
import { startChild, type Child } from './child.ts';
import { writeFiles, writeRules, type RuleChanges } from './files.ts';
import { incidentAndPlan, type PlanWishes } from './plan.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lease 3 s, call 1.5 s, sweeper 0.5 s (loop.md "Times", tests on fakes). */
const TIMINGS_FACTOR = '10';
/** Stages read the configuration at most once in this time (apps/worker/src/reading/configuration.ts), and a little. */
const CONFIGURATION_CACHED_MS = 1_100;

/** A line of the target's own ledger. */
export interface Effect {
  readonly opId: string;
  readonly at: string;
  readonly target: string;
  readonly before: { readonly level: number };
  readonly after: { readonly level: number };
}

export type Wishes = Omit<PlanWishes, 'workspaceId' | 'bundleDigest' | 'runbookDigest'>;

/** What was put into place. */
export interface Placed {
  readonly incident: Incident;
  readonly plan: Plan;
}

/** Real store, real API and worker processes, and a target in a process of its own. */
export interface Stand {
  readonly store: Store;
  readonly workspaceId: string;
  readonly directory: string;
  /** Starts a worker, with the boundary at which it kills itself. */
  worker(crashAt?: string): Promise<Child>;
  /** Starts an API; `ready` is its URL. */
  api(crashAt?: string): Promise<Child>;
  /** A bearer token for a name with these permissions; a name with an @ is a person's. */
  token(
    name: string,
    holder: Role | readonly Permission[],
    options?: { readonly environments?: readonly string[]; readonly source?: string },
  ): Promise<string>;
  /** Stores an incident with its plan as it waits for somebody to act, and owes the policy stage its job when the plan is a draft. */
  place(wishes: Wishes): Promise<Placed>;
  /** What the API does at Execute, done here: the pure decision and its commit. */
  execute(placed: Placed, actor?: Actor): Promise<Run>;
  run(id: string): Promise<Run>;
  runOf(placed: Placed): Promise<Run | undefined>;
  /** SQL as somebody who sees everything. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The ledger's lines for these targets, or all. */
  effects(targets?: readonly string[]): readonly Effect[];
  calls(target: string): readonly { readonly key?: string; readonly dryRun?: boolean }[];
  messages(): readonly {
    readonly id: string;
    readonly body: { readonly type: string; readonly data: { readonly subjectId: string } };
  }[];
  /** Somebody else changes a target. */
  hand(
    target: string,
    change: { readonly uid?: string; readonly owned?: object; readonly observed?: object },
  ): Promise<void>;
  /** Writes other rules of staging. */
  rules(changes?: RuleChanges): void;
  /** The same, and waits until a running worker decides by them. */
  rulesInForce(changes?: RuleChanges): Promise<void>;
  close(): Promise<void>;
}

/** Opens a stand whose http targets have these names; `more` adds to the environment of its API and workers (REDIS_URL). */
export async function openStand(
  targets: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Stand> {
  const directory = mkdtempSync(join(tmpdir(), 'autoops-stand-'));
  mkdirSync(join(directory, 'ledger'));
  const target = await startChild(join(root, 'tests/stand/target.ts'), [join(directory, 'ledger')], {}, /^port (\d+)/m);
  const targetUrl = `http://127.0.0.1:${target.ready}`;
  const { runbookDigest } = writeFiles(directory, targetUrl, targets);
  const bundleDigest = createHash('sha256')
    .update(readFileSync(join(directory, 'policies/dist/policy.wasm')))
    .digest('hex');

  const postgres = await startTestPostgres();
  const database = await postgres.createDatabase({
    name: 'autoops_stand_template',
    prepare: async (url) => void (await prepareDatabase({ adminUrl: url })),
  });
  const { appUrl } = await prepareDatabase({ adminUrl: database.url });
  const admin = new pg.Pool({ connectionString: database.url, max: 2 });
  admin.on('error', () => undefined);
  const store = await openStore({ databaseUrl: appUrl });
  const workspaceId = await store.access.defaultWorkspace();
  await store.channels.createChannel(workspaceId, {
    id: randomUUID(),
    name: 'everything',
    url: `${targetUrl}/messages`,
    secret: `whsec_${randomBytes(24).toString('base64')}`,
  });

  const env = {
    DATABASE_URL: appUrl,
    AUTOOPS_DATA_DIR: join(directory, 'data'),
    AUTOOPS_CONFIG_DIR: join(directory, 'config'),
    AUTOOPS_RUNBOOK_DIR: join(directory, 'runbooks'),
    AUTOOPS_POLICY_DIR: join(directory, 'policies'),
    AUTOOPS_DEMO: 'off',
    AUTOOPS_OUTBOUND_ALLOW: new URL(targetUrl).host,
    AUTOOPS_TIMINGS_FACTOR: TIMINGS_FACTOR,
    AUTOOPS_LOG_LEVEL: 'debug',
    AUTOOPS_PORT: '0',
    AUTOOPS_WORKER_PORT: '0',
    ...more,
  };
  const children = new Set<Child>();
  const started = async (child: Promise<Child>): Promise<Child> => {
    const one = await child;
    children.add(one);
    void one.ended.then(() => children.delete(one));
    return one;
  };
  const armed = (crashAt: string | undefined): Record<string, string> => ({
    ...env,
    ...(crashAt === undefined ? {} : { AUTOOPS_CRASH_AT: crashAt }),
  });
  const lines = <T>(file: string): T[] =>
    readFileSync(join(directory, 'ledger', `${file}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`${what} is gone.`);
    return value;
  };

  await token('operator@demo', 'operator');
  await token('approver@demo', 'approver');

  async function token(
    name: string,
    holder: Role | readonly Permission[],
    options: { readonly environments?: readonly string[]; readonly source?: string } = {},
  ): Promise<string> {
    const secret = `aot_${randomBytes(32).toString('base64url')}`;
    await store.access.createToken(
      {
        id: randomUUID(),
        workspaceId,
        name,
        role: typeof holder === 'string' ? holder : 'viewer',
        permissions: [...(typeof holder === 'string' ? ROLE_PERMISSIONS[holder] : holder)],
        environments: [...(options.environments ?? [])],
        source: options.source,
        expiresAt: undefined,
      },
      createHash('sha256').update(secret).digest('hex'),
    );
    return secret;
  }

  return {
    store,
    workspaceId,
    directory,
    worker: (crashAt) =>
      started(startChild(join(root, 'apps/worker/dist/main.js'), [], armed(crashAt), /worker is ready()/)),
    api: (crashAt) =>
      started(
        startChild(join(root, 'apps/api/dist/main.js'), [], armed(crashAt), /"url":"(http[^"]+)","msg":"listening"/),
      ),
    token,
    async place(wishes) {
      const { incident, plan } = incidentAndPlan({ ...wishes, workspaceId, bundleDigest, runbookDigest });
      const result = await store.state.commit({
        workspaceId,
        writes: [
          { kind: 'incident.insert', incident },
          { kind: 'plan.insert', plan, inputs: {} },
        ],
        audit: [
          {
            actor: { kind: 'system', id: 'detector' },
            verb: 'incident.opened',
            subject: { kind: 'incident', id: incident.id },
            incidentId: incident.id,
            summary: incident.title,
          },
        ],
        outbox: plan.state === 'draft' ? [{ queue: 'policy', subjectId: incident.id }] : [],
      });
      if (!result.ok) throw new Error(result.detail);
      return { incident: found(await store.records.incident(workspaceId, incident.id), 'The incident'), plan };
    },
    async execute({ plan, incident }, actor = { kind: 'person', id: 'operator@demo' }) {
      const decision = requestExecute({
        workspaceId,
        plan,
        incident,
        actor,
        now: new Date(),
        ids: { uuid: () => randomUUID() },
      });
      if (!decision.ok || decision.value.kind !== 'run') throw new Error('The plan did not start a run.');
      const result = await store.state.commit(decision.transition);
      if (!result.ok) throw new Error(result.detail);
      return decision.value.run;
    },
    run: async (id) => found(await store.records.run(workspaceId, id), `Run ${id}`),
    async runOf(placed) {
      return (await store.records.runsOf(workspaceId, placed.incident.id))[0];
    },
    sql: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await admin.query<Row>(text, [...values])).rows,
    effects: (names) =>
      lines<Effect>('effects').filter((effect) => names === undefined || names.includes(effect.target)),
    calls: (name) =>
      lines<{ name: string; key?: string; dryRun?: boolean }>('calls').filter((call) => call.name === name),
    messages: () => lines('messages'),
    async hand(name, change) {
      await fetch(`${targetUrl}/hand/${name}`, { method: 'POST', body: JSON.stringify(change) });
    },
    rules: (changes) => void writeRules(directory, changes),
    async rulesInForce(changes) {
      const text = writeRules(directory, changes);
      await until(
        async () =>
          (await store.configReader.current(workspaceId, 'environment')).some((document) => document.text === text)
            ? true
            : undefined,
        20_000,
        () => 'the rules were not read',
      );
      await new Promise((wait) => setTimeout(wait, CONFIGURATION_CACHED_MS));
    },
    async close() {
      await Promise.all([...children].map((child) => child.stop('SIGKILL')));
      await target.stop();
      await store.close();
      await admin.end();
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Polls until `look` answers something; throws with what `explain` says when `withinMs` are over. */
export async function until<T>(
  look: () => Promise<T | undefined> | T | undefined,
  withinMs: number,
  explain: () => Promise<string> | string,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Error(`Not within ${withinMs / 1000} s: ${await explain()}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}
