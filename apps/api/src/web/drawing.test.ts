import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, openTestApi, type TestApi } from '../testing/test-api.ts';

const HTML =
  '<head><!-- first page: the files of this address --></head><body><!-- first page: what is drawn of this address --><div id="root"></div>';
/** Draws who asks and what it is answered; fails at one address. */
const PROGRAM = `export async function drawFirstPage(url, ask) {
  if (url === '/broken') throw new Error('cannot be drawn');
  const refused = await ask('/api/v1/tokens').catch((error) => error.message);
  return '<p>' + url + ' ' + (await ask('/api/v1/session')).subject + ' ' + JSON.stringify(refused) + '</p>';
}`;

describe('the first page, drawn by the server', () => {
  let dir: string;
  let api: TestApi;
  let cookie: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'autoops-web-'));
    await mkdir(join(dir, 'server'));
    await writeFile(join(dir, 'index.html'), HTML);
    await writeFile(join(dir, 'package.json'), '{"type":"module"}');
    await writeFile(join(dir, 'server', 'draw.js'), PROGRAM);
    api = await openTestApi({ AUTOOPS_WEB_DIR: dir });
    const session = await api.call('POST', '/api/v1/session', {
      body: { user: 'viewer@demo' },
      headers: { 'X-AutoOps': '1' },
    });
    cookie = cookieOf(session);
  });
  afterAll(async () => {
    await api?.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('holds what whoever asks may see, and nobody keeps it', async () => {
    const { status, headers, text } = await api.call('GET', '/incidents?env=prod', { headers: { Cookie: cookie } });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('<p>/incidents?env=prod viewer@demo "/api/v1/tokens answered 403"</p><div id="root">');
  });

  it.each([{}, { Cookie: 'autoops_session=aos_none' }])('holds nothing for somebody unknown: %o', async (headers) => {
    const { status, text } = await api.call('GET', '/incidents', { headers });
    expect(status).toBe(200);
    expect(text).toContain('<body><div id="root"></div>');
  });

  it('comes without what cannot be drawn', async () => {
    const { status, text } = await api.call('GET', '/broken', { headers: { Cookie: cookie } });
    expect(status).toBe(200);
    expect(text).toContain('<body><div id="root"></div>');
  });

  it('is compressed where that is understood', async () => {
    const response = await api.application.inject({
      url: '/',
      headers: { cookie, host: '127.0.0.1', 'accept-encoding': 'gzip' },
    });
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(response.rawPayload).toString()).toContain('<p>/ viewer@demo');
  });

  it.each(['/server/draw.js', '/server', '/Server/draw.js'])(
    'does not hand out the program that draws it: %s',
    async (path) => {
      expect((await api.call('GET', path, { headers: { Cookie: cookie } })).status).toBe(404);
    },
  );
});
