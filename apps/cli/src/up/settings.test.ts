import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('has defaults for a laptop: loopback, demo, and a sign-in without password', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      url: 'http://127.0.0.1:8080',
      demo: true,
      devLogin: true,
      databaseUrl: undefined,
    });
  });

  it('turns the sign-in without password off on any other address', () => {
    expect(readSettings({ AUTOOPS_HOST: '0.0.0.0' })).toMatchObject({ devLogin: false, url: 'http://127.0.0.1:8080' });
    expect(() => readSettings({ AUTOOPS_HOST: '0.0.0.0', AUTOOPS_DEV_LOGIN: '1' })).toThrow(/works on loopback only/);
    expect(readSettings({ AUTOOPS_DEV_LOGIN: '0' }).devLogin).toBe(false);
  });

  it.each(['eighty', '0', '70000', '80.5'])('refuses the port %s', (port) => {
    expect(() => readSettings({ AUTOOPS_PORT: port })).toThrow(`AUTOOPS_PORT is "${port}"`);
  });
});
