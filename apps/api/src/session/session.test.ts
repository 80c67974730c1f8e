import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, openTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const BROWSER = { 'X-AutoOps': '1' };
const login = (user: string, headers: Record<string, string> = {}) =>
  api.call('POST', '/api/v1/session', { body: { user }, headers: { ...BROWSER, ...headers } });
describe('dev login', () => {
  it('makes an HttpOnly, SameSite session that is audited and rotated', async () => {
    const first = await login('operator@demo');
    expect(first.status).toBe(200);
    expect(first.headers.get('set-cookie')).toMatch(/^autoops_session=aos_[\w-]{43}; .*HttpOnly; SameSite=Lax/);
    expect(first.headers.get('x-audit-id')).toBe(first.json['auditId']);
    const second = await login('approver@demo', { Cookie: cookieOf(first) });
    expect(cookieOf(second)).not.toBe(cookieOf(first));
    expect((await api.call('GET', '/api/v1/session', { headers: { Cookie: cookieOf(first) } })).json).toMatchObject({
      authenticated: false,
    });
    expect((await api.call('GET', '/api/v1/session', { headers: { Cookie: cookieOf(second) } })).json).toMatchObject({
      authenticated: true,
      subject: 'approver@demo',
      role: 'approver',
    });
  });

  it.each([
    ['through a proxy', { 'X-Forwarded-For': '203.0.113.9' }],
    ['through another proxy', { Forwarded: 'for=203.0.113.9' }],
    ['through a third', { Via: '1.1 proxy' }],
  ])('is refused %s', async (_how, headers) => {
    const answer = await login('admin@demo', headers);
    expect(answer.json).toMatchObject({ status: 403, code: 'dev-login-refused' });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('refuses users that do not exist', async () => {
    expect((await login('root@demo')).json).toMatchObject({ status: 403, code: 'dev-login-refused' });
  });

  it('knows its people in the demo only', async () => {
    const real = await openTestApi({ AUTOOPS_DEMO: 'off' });
    try {
      expect((await real.call('GET', '/api/v1/session')).json).toMatchObject({ devUsers: [], demo: false });
      const answer = await real.call('POST', '/api/v1/session', { body: { user: 'admin@demo' }, headers: BROWSER });
      expect(answer.json).toMatchObject({ status: 403, code: 'dev-login-refused' });
    } finally {
      await real.close();
    }
  });

  it('ends at log-out', async () => {
    const cookie = cookieOf(await login('viewer@demo'));
    expect(
      (await api.call('DELETE', '/api/v1/session', { headers: { ...BROWSER, Cookie: cookie } })).json['auditId'],
    ).toBeTypeOf('string');
    expect((await api.call('GET', '/api/v1/incidents', { headers: { Cookie: cookie } })).status).toBe(401);
  });
});

describe('exchange of a token', () => {
  it('gives a session with the rights of the token; an ingest token gives none', async () => {
    const token = await api.token('approver', { name: 'anna@example.test' });
    const answer = await api.call('POST', '/api/v1/session', { body: { token }, headers: BROWSER });
    expect(answer.json).toMatchObject({ subject: 'anna@example.test', permissions: ['aiops:read', 'autoops:approve'] });
    const ingest = await api.call('POST', '/api/v1/session', { token: await api.token('ingest') });
    expect(ingest.json).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('is limited to 5 attempts a minute and address, with Retry-After', async () => {
    const answers = [];
    for (let attempt = 0; attempt < 7; attempt += 1)
      answers.push(await api.call('POST', '/api/v1/session', { token: 'aot_wrong' }));
    const last = answers.at(-1);
    expect(answers[0]?.status).toBe(401);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last?.headers.get('ratelimit')).toMatch(/^"login";r=0;t=\d+$/);
  });
});

describe('requests from another site', () => {
  it.each([
    ['without the custom header', { 'Content-Type': 'application/json' }],
    ['as a form', { 'X-AutoOps': '1', 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['from another origin', { 'X-AutoOps': '1', 'Content-Type': 'application/json', Origin: 'https://evil.test' }],
    ['from an opaque origin', { 'X-AutoOps': '1', 'Content-Type': 'application/json', Origin: 'null' }],
    [
      'that the browser calls cross-site',
      { 'X-AutoOps': '1', 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'cross-site' },
    ],
    [
      'that the browser calls same-site',
      { 'X-AutoOps': '1', 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-site' },
    ],
  ])('are refused %s, without effect', async (_how, headers) => {
    const cookie = cookieOf(await login('operator@demo'));
    const body = { level: 'freeze', reason: 'attack' };
    const answer = await api.call('PUT', '/api/v1/controls/workspace', {
      body,
      headers: { Cookie: cookie, ...headers },
    });
    expect(answer.json).toMatchObject({ status: 403, code: 'cross-site' });
    expect((await api.call('GET', '/api/v1/controls/workspace', { headers: { Cookie: cookie } })).json).toMatchObject({
      level: 'open',
    });
    const attack = await api.call('POST', '/api/v1/session', { body: { user: 'admin@demo' }, headers });
    expect([attack.json['code'], attack.headers.get('set-cookie')]).toEqual([
      expect.toBeOneOf(['cross-site', 'unsupported-media-type']),
      null,
    ]);
  });

  it('go through from the page itself', async () => {
    const cookie = cookieOf(await login('operator@demo'));
    const headers = { ...BROWSER, Cookie: cookie, Origin: api.url, 'Sec-Fetch-Site': 'same-origin' };
    expect(
      (
        await api.call('PUT', '/api/v1/controls/environment:staging', {
          body: { level: 'no-new', reason: 'test' },
          headers,
        })
      ).json,
    ).toMatchObject({ level: 'no-new', auditId: expect.any(String) });
  });
});

describe('credentials in odd places', () => {
  it('are not looked at: query, two headers, another scheme', async () => {
    const token = await api.token('viewer');
    expect((await api.call('GET', `/api/v1/incidents?token=${token}&access_token=${token}`)).status).toBe(401);
    expect((await api.call('GET', '/api/v1/incidents', { headers: { Authorization: `Basic ${token}` } })).status).toBe(
      401,
    );
    expect(
      (await api.call('GET', '/api/v1/incidents', { headers: { Authorization: `Bearer ${token}, Bearer ${token}` } }))
        .status,
    ).toBe(401);
  });
});
