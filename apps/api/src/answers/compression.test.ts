import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';

describe('what the API answers', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(async () => {
    await api?.close();
  });
  const get = (url: string, encoding: string) =>
    api.application.inject({ url, headers: { host: '127.0.0.1', 'accept-encoding': encoding } });

  it('is compressed for who understands it, and the same for who does not', async () => {
    const [compressed, plain] = [
      await get('/api/openapi.json', 'gzip, br'),
      await get('/api/openapi.json', 'identity'),
    ];
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(compressed.headers.vary).toContain('accept-encoding');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(compressed.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(compressed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
  });

  it('is left as it is where it is small', async () => {
    expect((await get('/healthz', 'gzip')).headers['content-encoding']).toBeUndefined();
  });

  it('takes no compressed orders: only what signals arrive in is inflated, within its limits', async () => {
    const answer = await api.application.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: {
        host: '127.0.0.1',
        'x-autoops': '1',
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      payload: gzipSync('{"user":"viewer@demo"}'),
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});
