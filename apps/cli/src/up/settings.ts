import { join, resolve } from 'node:path';
import { root } from '../root.ts';
import { Refusal } from './refusal.ts';

/** What `autoops up` was asked to run, from the environment (docs/reference, .env.example). */
export type Settings = {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** The address for links, when AutoOps stands behind a proxy. */
  readonly publicUrl: string | undefined;
  readonly demo: boolean;
  /** Whether the demo breaks its noisy job by itself at the first start. */
  readonly firstBreak: boolean;
  readonly devLogin: boolean;
  readonly configDir: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly secret: string | undefined;
  readonly workerPort: number | undefined;
};

/** Reads and checks the settings; a Refusal names the variable that is wrong and what it may be. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = (name: string) => env[name]?.trim() || undefined;
  const host = given('AUTOOPS_HOST') ?? '127.0.0.1';
  const port = portOf(given('AUTOOPS_PORT') ?? '8080', 'AUTOOPS_PORT');
  const demo = given('AUTOOPS_DEMO') !== 'off';
  const loopback = isLoopback(host);
  const devLogin = env['AUTOOPS_DEV_LOGIN'] === undefined ? loopback : env['AUTOOPS_DEV_LOGIN'] === '1';
  if (devLogin && !loopback) {
    throw new Refusal(
      `AUTOOPS_DEV_LOGIN=1 lets anybody in, so it works on loopback only, and AUTOOPS_HOST is ${host}. Remove one of the two.`,
    );
  }
  const workerPort = given('AUTOOPS_WORKER_PORT');
  return {
    dataDir: resolve(given('AUTOOPS_DATA_DIR') ?? join(root, '.autoops')),
    host,
    port,
    url: `http://${localHost(host)}:${port}`,
    publicUrl: given('AUTOOPS_PUBLIC_URL'),
    demo,
    firstBreak: demo && given('AUTOOPS_DEMO_FIRST_BREAK') !== 'off',
    devLogin,
    configDir: resolve(
      given('AUTOOPS_CONFIG_DIR') ?? (demo ? join(root, 'apps/sandbox/config') : join(root, 'config')),
    ),
    databaseUrl: given('DATABASE_URL'),
    redisUrl: given('REDIS_URL'),
    secret: given('AUTOOPS_SECRET'),
    workerPort: workerPort === undefined ? undefined : portOf(workerPort, 'AUTOOPS_WORKER_PORT'),
  };
}

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Refusal(`${name} is "${text}"; it must be a number from 1 to 65535.`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** How to reach a listener from this machine: a wildcard address is not one to connect to. */
function localHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
