import { join } from 'node:path';
import { channelContext, openFileSigner, sealerOf } from '@autoops/connectors';
import { openStore, type Store } from '@autoops/store';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let admin: string;
let database: pg.Pool;
/** The store as the worker opens it. */
let worker: Store;
beforeAll(async () => {
  api = await openTestApi();
  admin = await api.token('admin');
  worker = await openStore({ databaseUrl: api.databaseUrl });
  database = new pg.Pool({ connectionString: api.databaseUrl, max: 1 });
});
afterAll(async () => {
  await database.end();
  await worker.close();
  await api.close();
});

/** Every row of the channels as the database has them, as text. */
async function stored(): Promise<string> {
  const client = await database.connect();
  try {
    await client.query(`begin; set local app.workspace = '${api.workspaceId}'`);
    const found = await client.query<{ row: string }>('select c::text as row from channels c');
    await client.query('commit');
    return found.rows.map((one) => one.row).join('\n');
  } finally {
    client.release();
  }
}

/** The installation's sealer, as API and worker make it from the key of the data directory. */
async function sealer() {
  return sealerOf((await openFileSigner(join(api.settings.dataDir, 'keys', 'signing.pem'))).privateKey);
}

it('shows the secret of a channel once, and keeps it sealed in the database', async () => {
  const made = await api.call('POST', '/api/v1/channels', {
    token: admin,
    body: { name: 'on-call', url: 'https://hooks.example.org/autoops' },
  });
  const secret = String(made.json['secret']);
  const id = String(made.json['id']);
  expect(secret).toMatch(/^whsec_/);
  const rows = await stored();
  expect(rows).toContain(id);
  expect(rows).not.toContain(secret.slice('whsec_'.length));
  const listed = await api.call('GET', '/api/v1/channels', { token: admin });
  expect(listed.text).toContain(id);
  for (const answer of [listed, await api.call('GET', '/api/v1/deliveries', { token: admin })])
    expect(answer.text).not.toMatch(/whsec_|sealed\.v1/);
  const kept = /sealed\.v1\.[\w-]+/.exec(rows)?.[0] ?? '';
  expect((await sealer()).open(kept, channelContext(api.workspaceId, id))).toBe(secret);
});

it('seals what was stored before, once, so that its deliveries are signed as ever', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const id = api.adapters.ids.uuid();
  const channel = { id, name: 'old', url: 'https://hooks.example.org/old', secret };
  await api.adapters.channels.createChannel(api.workspaceId, channel);
  expect(await stored()).toContain(secret);
  const { seal, open } = await sealer();
  const sealAll = () =>
    worker.channels.sealSecrets((workspaceId, channelId, text) => seal(text, channelContext(workspaceId, channelId)));
  expect(await sealAll()).toBe(1);
  expect(await sealAll()).toBe(0);
  expect(await stored()).not.toContain(secret.slice('whsec_'.length));
  const delivery = await api.call('POST', `/api/v1/channels/${id}/test`, { token: admin });
  const deliveryId = String(delivery.json['id']);
  const due = async () => {
    const found = await worker.deliveries.due(api.workspaceId, deliveryId);
    return found && open(found.secret, channelContext(api.workspaceId, found.channelId));
  };
  expect(await due()).toBe(secret);
  await worker.deliveries.delivered(api.workspaceId, deliveryId, 204);
  expect(await due()).toBeUndefined();
  await api.call('POST', `/api/v1/deliveries/${deliveryId}/redeliver`, { token: admin });
  expect(await due()).toBe(secret);
});

it.each([
  ['an address inside', 'http://10.0.0.1/hook', 'AUTOOPS_OUTBOUND_ALLOW'],
  ['a metadata service', 'http://169.254.169.254/latest', 'never called'],
  ['an address in IPv6', 'http://[::1]:9/hook', 'AUTOOPS_OUTBOUND_ALLOW'],
  ['credentials in it', 'https://user:word@hooks.example.org/', 'Credentials'],
])('refuses a channel whose URL is or has %s, and stores none', async (_what, url, says) => {
  const before = await stored();
  const answer = await api.call('POST', '/api/v1/channels', { token: admin, body: { name: 'inside', url } });
  expect([answer.status, answer.json['code']]).toEqual([400, 'invalid-input']);
  expect(answer.json['detail']).toContain(says);
  expect(await stored()).toBe(before);
});

it('says that a name is taken, also by a channel that is off, and stores no second', async () => {
  const body = { name: 'pager', url: 'https://hooks.example.org/pager' };
  const first = await api.call('POST', '/api/v1/channels', { token: admin, body });
  await api.call('POST', `/api/v1/channels/${String(first.json['id'])}/disable`, { token: admin, body: {} });
  const before = await stored();
  const second = await api.call('POST', '/api/v1/channels', { token: admin, body });
  expect([second.status, second.json['code']]).toEqual([409, 'wrong-state']);
  expect(second.json['detail']).toContain('pager');
  expect(await stored()).toBe(before);
});
