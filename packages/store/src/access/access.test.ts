import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

describe('access', () => {
  it('finds tokens and sessions by hash alone, in the workspace that they belong to', async () => {
    const { access } = test.store;
    expect(await access.defaultWorkspace()).toBe(test.workspaceId);
    expect(await access.workspaceByName('second')).toBe(test.otherWorkspaceId);
    expect(await access.workspaceByName('third')).toBeUndefined();
    const token = {
      id: randomUUID(),
      workspaceId: test.otherWorkspaceId,
      name: 'prometheus',
      role: 'ingest',
      permissions: ['autoops:ingest'],
      environments: ['prod'],
      source: 'prom',
      expiresAt: undefined,
    } as const;
    await access.createToken(token, 'hash-1');
    expect(await access.findToken('hash-1')).toMatchObject({ ...token, revokedAt: undefined, lastUsedAt: undefined });
    expect(await access.findToken('hash-2')).toBeUndefined();
    await access.touchToken(token.workspaceId, token.id);
    expect((await access.findToken('hash-1'))?.lastUsedAt).toBeDefined();
    expect(await access.revokeToken(test.workspaceId, token.id)).toBe(false);
    expect(await access.revokeToken(token.workspaceId, token.id)).toBe(true);
    expect((await access.findToken('hash-1'))?.revokedAt).toBeDefined();

    const now = new Date().toISOString();
    const session = {
      id: randomUUID(),
      workspaceId: test.workspaceId,
      subject: 'operator@demo',
      role: 'operator',
      permissions: ['aiops:read'],
      environments: [],
      authenticatedAt: now,
      expiresAt: now,
    } as const;
    await access.createSession(session, 'cookie-1');
    expect(await access.findSession('cookie-1')).toMatchObject(session);
    await access.deleteSession(session.workspaceId, session.id);
    expect(await access.findSession('cookie-1')).toBeUndefined();
  });
});

describe('idempotency', () => {
  it('lets one of many equal calls through and answers the others with its result', async () => {
    const { idempotency } = test.store;
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => idempotency.claim(test.workspaceId, 'key', 'body')),
    );
    expect(claims.map((claim) => claim.kind).sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'new']);
    expect(await idempotency.claim(test.otherWorkspaceId, 'key', 'body')).toEqual({ kind: 'new' });
    await idempotency.complete(test.workspaceId, 'key', 202, { id: 1 });
    expect(await idempotency.claim(test.workspaceId, 'key', 'body')).toEqual({
      kind: 'stored',
      status: 202,
      body: { id: 1 },
    });
    expect(await idempotency.claim(test.workspaceId, 'key', 'other')).toEqual({ kind: 'mismatch' });
    await idempotency.release(test.workspaceId, 'key'); // an answer stays
    expect(await idempotency.claim(test.workspaceId, 'key', 'body')).toMatchObject({ kind: 'stored' });
  });

  it('frees a key whose call failed or whose process died', async () => {
    const { idempotency } = test.store;
    await idempotency.claim(test.workspaceId, 'k2', 'body');
    await idempotency.release(test.workspaceId, 'k2');
    expect(await idempotency.claim(test.workspaceId, 'k2', 'body')).toEqual({ kind: 'new' });
    await test.admin("update idempotency_keys set claimed_at = now() - interval '2 minutes' where key = 'k2'");
    expect(await idempotency.claim(test.workspaceId, 'k2', 'body')).toEqual({ kind: 'new' });
  });
});
