import { isIPv4 } from 'node:net';
import type { Settings } from '../settings.ts';

/** EX_CONFIG of sysexits.h: started with settings that would be unsafe. */
export const UNSAFE_SETTINGS_EXIT_CODE = 78;

/** Whether a bind or remote address can be reached from this machine alone. */
export function isLoopback(address: string): boolean {
  const plain = address
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:/, '');
  if (plain === 'localhost' || plain === '::1') return true;
  return isIPv4(plain) && plain.startsWith('127.');
}

/**
 * Returns why these settings must not be started with, or undefined. Dev login lets anybody in who reaches the port, so it needs a
 * loopback bind and is never allowed in production (security.md "Safe default").
 */
export function unsafeToStart(settings: Pick<Settings, 'devLogin' | 'host' | 'production'>): string | undefined {
  if (!settings.devLogin) return undefined;
  if (settings.production) {
    return 'AUTOOPS_DEV_LOGIN=1 is refused with NODE_ENV=production: anybody who reaches the port could sign in. Unset AUTOOPS_DEV_LOGIN and sign in with a token (`autoops token create`).';
  }
  if (!isLoopback(settings.host)) {
    return `AUTOOPS_DEV_LOGIN=1 is refused on ${settings.host}: it works on a loopback address only. Set AUTOOPS_HOST=127.0.0.1, or unset AUTOOPS_DEV_LOGIN and sign in with a token (\`autoops token create\`).`;
  }
  return undefined;
}
