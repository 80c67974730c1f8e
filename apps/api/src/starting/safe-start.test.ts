import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hostAllowed } from '../access/host-names.ts';
import { unsafeToStart } from './safe-start.ts';

/** security.md "Safe default": bind x dev login x environment x proxy header; the proxy header is judged at log-in (session.test.ts). */
const BINDS = ['127.0.0.1', '::1', '0.0.0.0'] as const;

describe('unsafeToStart', () => {
  const combinations = BINDS.flatMap((host) =>
    [true, false].flatMap((devLogin) => [true, false].map((production) => ({ host, devLogin, production }))),
  );
  it.each(combinations)('%o', (settings) => {
    const safe = !settings.devLogin || (settings.host !== '0.0.0.0' && !settings.production);
    expect(unsafeToStart(settings) === undefined).toBe(safe);
  });

  it.each([
    [{ AUTOOPS_HOST: '0.0.0.0' }, 'works on a loopback address only'],
    [{ NODE_ENV: 'production' }, 'refused with NODE_ENV=production'],
  ])('ends the process with 78 and the reason: %o', (environment, reason) => {
    const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
    const ended = spawnSync(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        AUTOOPS_DEV_LOGIN: '1',
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
        ...environment,
      },
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect([ended.status, ended.stderr]).toEqual([78, expect.stringContaining(reason)]);
  });
});

describe('hostAllowed', () => {
  const allowed = hostAllowed({
    host: '127.0.0.1',
    publicUrl: 'https://ops.example.test',
    allowedHosts: ['autoops.internal'],
  });
  it.each(['localhost:8080', '127.0.0.1', '[::1]:8080', 'ops.example.test', 'AUTOOPS.internal:443'])(
    'takes %s',
    (host) => expect(allowed(host)).toBe(true),
  );
  it.each([
    undefined,
    '',
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.nip.io',
    'ops.example.test@evil.test',
    'localhost:8080:1',
    '169.254.169.254',
  ])('refuses %s', (host) => expect(allowed(host)).toBe(false));
});
