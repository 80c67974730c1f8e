import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const PATH = '/api/v1/preferences';
const mine = {
  views: { incidents: [{ name: 'Checkout', search: 'service=checkout' }] },
  columns: { Runs: ['actor'] },
  keys: { e: 'q' },
  density: 'compact',
};
const put = (token: string, version: number | undefined, body: unknown) =>
  api.call('PUT', PATH, {
    token,
    body,
    headers: version === undefined ? {} : { 'If-Match': `"${version}"` },
  });

describe('preferences', () => {
  it('begin empty, are kept with the person, and follow to another sign-in', async () => {
    const token = await api.token('viewer', { name: 'anna@example.org' });
    const none = await api.call('GET', PATH, { token });
    expect(none.headers.get('etag')).toBe('"0"');
    expect(none.json).toEqual({ version: 0, preferences: { views: {}, columns: {}, keys: {} } });
    expect((await put(token, 0, mine)).json).toMatchObject({ version: 1, preferences: mine });
    const elsewhere = await api.token('operator', { name: 'anna@example.org' });
    expect((await api.call('GET', PATH, { token: elsewhere })).json).toMatchObject({ version: 1, preferences: mine });
  });

  it('are not overwritten by a page that saw an older version, or none', async () => {
    const token = await api.token('viewer', { name: 'bob@example.org' });
    await put(token, 0, mine);
    for (const seen of [0, 7]) {
      const refused = await put(token, seen, { keys: { e: 'w' } });
      expect([refused.status, refused.json['code']]).toEqual([412, 'version-changed']);
    }
    expect((await put(token, undefined, {})).status).toBe(428);
    expect((await api.call('GET', PATH, { token })).json).toMatchObject({ version: 1, preferences: mine });
    expect((await put(token, 1, { keys: { e: 'w' } })).json).toMatchObject({
      version: 2,
      preferences: { views: {}, keys: { e: 'w' } },
    });
  });

  it('let one of two pages that write at the same moment through', async () => {
    const token = await api.token('viewer', { name: 'carl@example.org' });
    const answers = await Promise.all([put(token, 0, { density: 'compact' }), put(token, 0, { keys: { e: 'w' } })]);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 412]));
    expect((await api.call('GET', PATH, { token })).json).toMatchObject({ version: 1 });
  });

  it('refuse what is none and what is too large, and store nothing of it', async () => {
    const token = await api.token('viewer', { name: 'dora@example.org' });
    const large = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`list-${index}`, [{ name: 'x', search: 'a'.repeat(500) }]]),
    );
    for (const body of [{ colour: 'red' }, { density: 'tiny' }, { views: { a: [{ name: 'x' }] } }, { views: large }])
      expect((await put(token, 0, body)).json).toMatchObject({ status: 400, code: 'invalid-input' });
    expect((await api.call('GET', PATH, { token })).json).toMatchObject({ version: 0 });
  });

  it("are nobody else's, in this workspace or another", async () => {
    await put(await api.token('viewer', { name: 'eva@example.org' }), 0, mine);
    for (const options of [
      { name: 'finn@example.org' },
      { name: 'eva@example.org', workspaceId: api.otherWorkspaceId },
    ])
      expect((await api.call('GET', PATH, { token: await api.token('admin', options) })).json).toMatchObject({
        version: 0,
      });
    expect((await api.call('GET', PATH, {})).status).toBe(401);
  });
});
