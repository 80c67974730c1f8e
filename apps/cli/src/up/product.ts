import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@autoops/local-postgres';
import { root } from '../root.ts';
import { embeddedDatabase, externalDatabase, type Database } from './database.ts';
import { nodeArguments, type Program } from './managed-process.ts';
import { startPreparation, type Preparation } from './preparation.ts';
import { keptSecret } from './secrets.ts';
import type { Settings } from './settings.ts';
import { sandboxEventsTokenFile } from './token-files.ts';

/** What the supervisor runs; tests give it small programs of their own. */
export type Parts = {
  openDatabase(say: (sentence: string) => void): Promise<Database>;
  /** Creates roles and schema, or brings them up to date; returns the URL of the role the programs use. */
  prepareDatabase(adminUrl: string): Promise<string>;
  /** The programs that must be usable before the product is ready, in the order of their start. */
  programs(appUrl: string): Promise<Program[]>;
  /** Started when the others are ready: nobody waits for it. */
  sandbox: Program | undefined;
  /** What happens once everything runs, until the signal: the demo's first break. */
  afterReady(say: (sentence: string) => void, signal: AbortSignal): Promise<unknown>;
  /** The build directories each program is made of, for --watch. */
  builds(name: string): string[];
};

/** The real product: PostgreSQL, API, worker and, in the demo, the sandbox. */
export function productParts(settings: Settings): Parts {
  const { dataDir } = settings;
  let preparation: Preparation | undefined;
  return {
    async openDatabase(say) {
      preparation = startPreparation(dataDir, settings.demo);
      try {
        return settings.databaseUrl === undefined
          ? await embeddedDatabase(dataDir, say)
          : externalDatabase(settings.databaseUrl);
      } catch (error) {
        preparation.cancel();
        throw error;
      }
    },
    prepareDatabase: (adminUrl) => (preparation ?? startPreparation(dataDir, settings.demo)).finish(adminUrl),
    async programs(appUrl) {
      const env = environment(settings, appUrl, settings.workerPort ?? (await freePort()));
      return [
        { name: 'api', args: nodeArguments(join(root, 'apps/api/dist/main.js')), env, patience: 2500 },
        { name: 'worker', args: nodeArguments(join(root, 'apps/worker/dist/main.js')), env, patience: 3000 },
      ];
    },
    sandbox: settings.demo ? sandboxProgram(settings) : undefined,
    async afterReady(say, signal) {
      if (!settings.firstBreak) return;
      const { firstBreak } = await import('./first-break.ts'); // late: nothing before needs its schemas
      await firstBreak(settings, say, signal);
    },
    builds: (name) => [
      join(root, 'apps', name, 'dist'),
      ...(name === 'sandbox' ? ['contracts', 'digest', 'local-postgres'] : packages).map((part) =>
        join(root, 'packages', part, 'dist'),
      ),
    ],
  };
}

const packages = ['contracts', 'digest', 'charts', 'pipeline', 'connectors', 'store', 'reports'];

/** What API and worker get: our own environment, with every AutoOps variable filled in. */
function environment(settings: Settings, appUrl: string, workerPort: number): Record<string, string> {
  const { dataDir } = settings;
  return {
    ...inherited(),
    AUTOOPS_DATA_DIR: dataDir,
    AUTOOPS_CONFIG_DIR: settings.configDir,
    AUTOOPS_HOST: settings.host,
    AUTOOPS_PORT: String(settings.port),
    AUTOOPS_WORKER_PORT: String(workerPort),
    AUTOOPS_DEMO: settings.demo ? 'on' : 'off',
    AUTOOPS_DEV_LOGIN: settings.devLogin ? '1' : '0',
    AUTOOPS_SECRET: settings.secret ?? keptSecret(dataDir, 'secret'),
    DATABASE_URL: appUrl,
    ...(settings.demo && {
      AUTOOPS_SANDBOX_FILE: sandboxFile(dataDir),
      AUTOOPS_SANDBOX_TOKEN_FILE: sandboxTokenFile(dataDir),
    }),
  };
}

function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'AUTOOPS_STOP_WITH_PARENT',
  );
  return Object.fromEntries(entries);
}

/** Where the programs find the sandbox once it is ready: `{url, tokenFile}`; absent until then. */
export const sandboxFile = (dataDir: string): string => join(dataDir, 'sandbox.json');
/** Written by the sandbox itself; what its control API asks for. */
const sandboxTokenFile = (dataDir: string): string => join(dataDir, 'sandbox', 'control-token');

function sandboxProgram(settings: Settings): Program {
  const { dataDir } = settings;
  rmSync(sandboxFile(dataDir), { force: true });
  return {
    name: 'sandbox',
    args: nodeArguments(
      join(root, 'apps/sandbox/dist/main.js'),
      '--data-dir',
      join(dataDir, 'sandbox'),
      '--control-port',
      '0',
      '--events-url',
      settings.url,
      '--events-token-file',
      sandboxEventsTokenFile(dataDir),
    ),
    // The shop is broken on purpose: it gets none of the product's secrets.
    env: Object.fromEntries(
      Object.entries(inherited()).filter(([name]) => /^(PATH|HOME|TZ|LANG|LC_\w+|TMPDIR|NODE_\w+)$/.test(name)),
    ),
    patience: 3000,
    onLine(line) {
      const controlUrl = readyLine(line);
      if (controlUrl === undefined) return;
      writeFileSync(sandboxFile(dataDir), JSON.stringify({ url: controlUrl, tokenFile: sandboxTokenFile(dataDir) }), {
        mode: 0o600,
      });
    },
  };
}

/** The sandbox says `{"ready":true,"controlUrl":"http://..."}` once its services answer. */
function readyLine(line: string): string | undefined {
  if (!line.includes('"controlUrl"')) return undefined;
  try {
    const said = JSON.parse(line) as { ready?: unknown; controlUrl?: unknown };
    return said.ready === true && typeof said.controlUrl === 'string' ? said.controlUrl : undefined;
  } catch {
    return undefined;
  }
}
