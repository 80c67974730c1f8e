import { generateKeyPairSync, sign, verify as holds } from 'node:crypto';
import { canonicalJson, checkpointNote, checkpointText, leafHash, merkleRoot } from '@autoops/digest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEntry } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';
import { MerkleRange } from './merkle-range.ts';

let test: TestStore;
beforeEach(async () => {
  test = await openTestStore();
  for (let n = 1; n <= 8; n += 1) {
    await test.store.state.commit({
      workspaceId: test.workspaceId,
      writes: [],
      audit: [anEntry(`subject ${n} \u0000 \ud800`, { detail: { n, note: 'ä"\\' } })],
    });
  }
});
afterEach(() => test.close());

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY_ID = 'd4484f29ce640f28';
const verify = () =>
  test.store.readModels.auditVerify(test.workspaceId, async ({ text, keyHint, signature }) => {
    return KEY_ID.startsWith(keyHint) && holds(null, Buffer.from(text), publicKey, signature);
  });

async function checkpoint(size: number): Promise<void> {
  const { leaves } = await test.store.maintenance.auditLeaves(test.workspaceId);
  const head = { origin: `autoops-audit/${test.workspaceId}`, size, root: merkleRoot(leaves.slice(0, size)) };
  const signature = sign(null, Buffer.from(checkpointText(head)), privateKey);
  await test.store.maintenance.writeCheckpoint(test.workspaceId, {
    size,
    root: head.root,
    bytes: Buffer.from(checkpointNote(head, KEY_ID, signature)),
  });
}

/** What an owner or superuser can do when nobody watches: triggers off, then SQL. */
async function tamper(text: string): Promise<void> {
  await test.admin(
    `begin; alter table audit_entries disable trigger all; ${text}; alter table audit_entries enable always trigger audit_entries_append_only; commit`,
  );
}

describe('the audit log', () => {
  it('verifies as it was written, and is read newest first', async () => {
    expect(await verify()).toMatchObject({ ok: true, entries: 8, verifiedTo: 8 });
    const page = await test.store.readModels.audit(test.workspaceId, { limit: 3 });
    expect(page.items.map((entry) => entry.id)).toEqual(['A8', 'A7', 'A6']);
    const next = await test.store.readModels.audit(test.workspaceId, { limit: 100, cursor: page.next });
    expect(next.items.map((entry) => entry.seq)).toEqual([5, 4, 3, 2, 1]);
    expect(next).not.toHaveProperty('next');
    expect(await test.store.readModels.auditEntry(test.workspaceId, 'A3')).toEqual(next.items[2]);
    expect(await test.store.readModels.auditEntry(test.otherWorkspaceId, 'A3')).toBeUndefined();
    expect(await test.store.readModels.auditStatus(test.workspaceId)).toMatchObject({ ok: true, entries: 8 });
  });

  it('finds entries by what they say, and no sign in a question has a meaning of its own', async () => {
    const found = async (q: string) =>
      (await test.store.readModels.audit(test.workspaceId, { limit: 100, q })).items.map(({ seq }) => seq);
    expect(await found('SUBJECT 7')).toEqual([7]);
    expect(await found('Ä')).toHaveLength(8);
    expect(await found('%')).toEqual([]);
    expect(await found("' or true --")).toEqual([]);
  });

  it.each([
    [
      'an edited body',
      "update audit_entries set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Something', 'Nothing'), 'UTF8') where seq = 4",
      4,
      /hash/,
    ],
    [
      'an edited body with its own hash',
      "update audit_entries set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'Something', 'Nothing'), 'UTF8') where seq = 4; update audit_entries set hash = encode(sha256('\\x00'::bytea || bytes), 'hex') where seq = 4",
      5,
      /continue/,
    ],
    [
      'an equal JSON in other bytes',
      "update audit_entries set bytes = bytes || ' '::bytea where seq = 4; update audit_entries set hash = encode(sha256('\\x00'::bytea || bytes), 'hex') where seq = 4",
      4,
      /canonical/,
    ],
    ['a deleted entry', 'delete from audit_entries where seq = 3', 3, /missing/],
    ['a cut tail', 'delete from audit_entries where seq > 6', 7, /missing/],
    [
      'two swapped entries',
      'update audit_entries set seq = -seq where seq in (4, 5); update audit_entries set seq = 9 + seq where seq < 0',
      4,
      /say/,
    ],
    ['an edited column', "update audit_entries set verb = 'nothing' where seq = 2", 2, /column/],
    ['a moved time', "update audit_entries set at = at - interval '1 day' where seq = 2", 2, /column/],
  ])('finds %s and names the place', async (_case, attack, seq, why) => {
    await tamper(attack);
    const status = await verify();
    expect(status).toMatchObject({ ok: false, firstBad: { seq } });
    expect(status.firstBad?.why).toMatch(why);
    expect((await test.store.readModels.auditStatus(test.workspaceId)).ok).toBe(false);
  });

  it('finds a tail cut together with its head, and a re-chained past, by the checkpoint', async () => {
    await checkpoint(7);
    expect(await verify()).toMatchObject({ ok: true });
    await tamper(
      `delete from audit_entries where seq > 5; update audit_heads set seq = 5, hash = (select hash from audit_entries where seq = 5)`,
    );
    expect(await verify()).toMatchObject({ ok: false, firstBad: { seq: 6 } });
    await test.admin("update audit_checkpoints set size = 5, root = repeat('0', 64)");
    expect((await verify()).firstBad?.why).toMatch(/root/);
  });

  it('finds a past that was re-chained to its head with a new checkpoint, by the signature', async () => {
    await checkpoint(8);
    const entries = await test.admin<{ seq: string; bytes: Buffer }>(
      'select seq, bytes from audit_entries where workspace_id = $1 order by seq',
      [test.workspaceId],
    );
    let previousHash = '0'.repeat(64);
    const forged = entries.map(({ seq, bytes }, index) => {
      const entry = JSON.parse(bytes.toString()) as Record<string, unknown>;
      if (index === 0) previousHash = String(entry['previousHash']);
      const text = canonicalJson({ ...entry, previousHash, ...(index === 3 ? { summary: 'Nothing.' } : {}) });
      const hash = leafHash(Buffer.from(text));
      const row = { seq, text, hash, previousHash };
      previousHash = hash;
      return row;
    });
    await tamper(
      [
        ...forged.map(
          ({ seq, text, hash, previousHash: previous }) =>
            `update audit_entries set bytes = convert_to($text$${text}$text$, 'UTF8'), hash = '${hash}', previous_hash = '${previous}' where seq = ${seq} and workspace_id = '${test.workspaceId}'`,
        ),
        `update audit_heads set hash = '${previousHash}' where workspace_id = '${test.workspaceId}'`,
        `update audit_checkpoints set root = '${merkleRoot(forged.map(({ hash }) => hash))}'`,
      ].join('; '),
    );
    expect((await verify()).firstBad).toEqual({
      seq: 8,
      why: 'the checkpoint that ends here says something else than what was signed',
    });
    await test.admin(
      `update audit_checkpoints set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), E'\n8\n', E'\n9\n'), 'UTF8')`,
    );
    expect((await verify()).firstBad?.why).toMatch(/signature/);
  });

  it('refuses every change from the application, and from the superuser with replication role', async () => {
    const { default: pg } = await import('pg');
    const app = new pg.Client({ connectionString: test.appUrl });
    await app.connect();
    const attempt = async (text: string) => {
      await app.query(`begin; set local app.workspace = '${test.workspaceId}'`);
      try {
        await app.query(text);
        return 'done';
      } catch (error) {
        return (error as Error).message;
      } finally {
        await app.query('rollback');
      }
    };
    for (const text of [
      "update audit_entries set verb = 'x'",
      'delete from audit_entries',
      'truncate audit_entries',
      'alter table audit_entries disable trigger all',
      "insert into audit_entries (workspace_id, seq, bytes, hash, previous_hash, at, actor, verb, subject_kind, subject_id) select workspace_id, 99, bytes, hash, previous_hash, at, actor, verb, 'a', 'b' from audit_entries limit 1",
      'update audit_heads set seq = 0',
      "update controls set level = 'open'",
      'set role autoops_owner',
    ])
      expect(await attempt(text)).toMatch(/permission denied|must be owner/);
    expect(
      await attempt(
        `select append_audit('${test.workspaceId}', array[convert_to('{"seq":9,"previousHash":"0"}', 'UTF8')])`,
      ),
    ).toMatch(/does not continue/);
    expect(await attempt(`select lock_audit_head('${test.otherWorkspaceId}')`)).toMatch(/no audit chain/);
    await app.end();
    for (const text of [
      "set session_replication_role = replica; update audit_entries set verb = 'x'",
      'truncate audit_entries',
      'delete from audit_entries',
    ])
      await expect(test.admin(`begin; ${text}; commit`)).rejects.toThrow(/append-only/);
    await test.admin('rollback');
    expect(await verify()).toMatchObject({ ok: true, entries: 8 });
  });

  it('verifies what came since, whenever its status is read, and keeps a fault until the whole log holds', async () => {
    const { wholeAt } = await verify();
    await test.store.state.commit({ workspaceId: test.workspaceId, writes: [], audit: [anEntry('subject 9')] });
    const status = () => test.store.readModels.auditStatus(test.workspaceId);
    expect(await status()).toMatchObject({ ok: true, entries: 9, verifiedTo: 9, wholeAt });

    const restored = "update audit_entries set verb = (convert_from(bytes, 'UTF8')::json ->> 'verb') where seq = 10";
    await test.store.state.commit({ workspaceId: test.workspaceId, writes: [], audit: [anEntry('subject 10')] });
    await tamper("update audit_entries set verb = 'nothing' where seq = 10");
    expect(await status()).toMatchObject({ ok: false, verifiedTo: 9, firstBad: { seq: 10 } });
    await tamper(restored);
    expect(await status()).toMatchObject({ ok: false, wholeAt });
    const again = await verify();
    expect(again).toMatchObject({ ok: true, verifiedTo: 10 });
    expect(Date.parse(again.wholeAt)).toBeGreaterThan(Date.parse(wholeAt));
  });

  it('finds that what was verified was cut off, with its head and without a checkpoint', async () => {
    await verify();
    await tamper(
      'delete from audit_entries where seq = 8; update audit_heads set seq = 7, hash = (select hash from audit_entries where seq = 7)',
    );
    const status = await test.store.readModels.auditStatus(test.workspaceId);
    expect(status).toMatchObject({ ok: false, firstBad: { seq: 8 } });
    expect(status.firstBad?.why).toMatch(/verification found 8 entries/);
  });

  it('does not call a log verified whose end was cut off behind what was verified', async () => {
    await verify();
    await test.store.state.commit({ workspaceId: test.workspaceId, writes: [], audit: [anEntry('subject 9')] });
    await checkpoint(9);
    await tamper(
      'delete from audit_entries where seq = 9; update audit_heads set seq = 8, hash = (select hash from audit_entries where seq = 8)',
    );
    expect(await test.store.readModels.auditStatus(test.workspaceId)).toMatchObject({
      ok: false,
      firstBad: { seq: 9 },
    });
  });

  it('lets retention take only what a checkpoint covers, and the rest still verifies', async () => {
    const prune = () =>
      test.store.maintenance.prune({
        samplesDays: undefined,
        logsDays: undefined,
        alertsDays: undefined,
        incidentsDays: undefined,
        auditDays: 0,
      });
    expect(await prune()).toMatchObject({ rows: 0 });
    await checkpoint(5);
    expect(await prune()).toMatchObject({ rows: 5 });
    expect(await verify()).toMatchObject({ ok: true, entries: 3, verifiedTo: 8 });
    await test.store.state.commit({ workspaceId: test.workspaceId, writes: [], audit: [anEntry('one more')] });
    expect(await verify()).toMatchObject({ ok: true, entries: 4, verifiedTo: 9 });
  });

  it('computes the roots of RFC 6962 at every size', () => {
    const leaves = Array.from({ length: 20 }, (_, n) => n.toString(16).padStart(64, '0'));
    const range = new MerkleRange();
    expect(range.root()).toBe(merkleRoot([]));
    leaves.forEach((leaf, index) => {
      range.append(leaf);
      expect(range.root()).toBe(merkleRoot(leaves.slice(0, index + 1)));
    });
  });
});
