import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ActionDesk } from './actions/desk.ts';
import { ENVIRONMENTS, LOAD } from './constants.ts';
import { changeEvents } from './control/change-events.ts';
import { serveControl } from './control/control-server.ts';
import { serveControllerMetrics } from './control/controller-metrics.ts';
import type { ExtraPorts } from './control/discovery.ts';
import { Forwarder } from './control/forwarder.ts';
import { LogLines } from './control/log-lines.ts';
import { ShopDatabases } from './database.ts';
import { Faults } from './faults.ts';
import { SandboxIdentity } from './identity.ts';
import { Ledger } from './ledger.ts';
import { seededRandom } from './random.ts';
import { Shop } from './shop/shop.ts';
import { ProcessBudget, SupervisedProcess } from './supervised-process.ts';

export type SandboxOptions = {
  readonly dataDir: string;
  /** Same seed, same results in distribution (never bit by bit: real processes run). */
  readonly seed?: string;
  readonly environments?: readonly string[];
  readonly controlPort?: number;
  /** Where AutoOps takes logs and change events; both or neither. */
  readonly eventsUrl?: string;
  readonly eventsToken?: string;
  /** Faster start for tests: the database does not wait for the disk. */
  readonly noSync?: boolean;
};

export type Sandbox = {
  readonly controlUrl: string;
  readonly controlToken: string;
  /** The processes that run for it, this one included, without PostgreSQL's. */
  readonly processes: number;
  readonly pids: readonly number[];
  readonly databasePid: number;
  stop(): Promise<void>;
};

/**
 * Starts the shop in every environment, its load and the control API, and returns when all of it serves. Everything it
 * started ends with `stop()`, and by itself when this process dies.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const dataDir = resolve(options.dataDir);
  const seed = options.seed ?? 'shop';
  const environments = options.environments ?? ENVIRONMENTS;
  mkdirSync(dataDir, { recursive: true, mode: 0o755 }); // PostgreSQL's own user must be able to pass
  const controlToken = randomBytes(24).toString('base64url');
  writeFileSync(join(dataDir, 'control-token'), controlToken, { mode: 0o600 });
  chmodSync(join(dataDir, 'control-token'), 0o600);

  const readyFile = join(dataDir, 'sandbox.json');
  await refuseSecond(readyFile);
  rmSync(readyFile, { force: true }); // one that was left behind names a port that is no longer ours

  const identity = new SandboxIdentity(dataDir);
  const { eventsUrl, eventsToken } = options;
  const forwarder = new Forwarder(
    eventsUrl === undefined || eventsToken === undefined ? undefined : { baseUrl: eventsUrl, token: eventsToken },
  );
  const logLines = new LogLines(join(dataDir, 'sandbox.log'), forwarder);
  const ledger = new Ledger(join(dataDir, 'ledger.jsonl'));
  const budget = new ProcessBudget();
  const closing: (() => Promise<unknown>)[] = [
    async () => ledger.close(),
    () => logLines.close(),
    () => forwarder.stop(),
  ];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const close of closing.toReversed()) await close().catch(() => undefined);
    })();
    return stopped;
  };

  try {
    const databases = await ShopDatabases.start(dataDir, environments, options.noSync ?? false);
    closing.push(() => databases.stop());
    const shops = new Map<string, Shop>();
    closing.push(() => Promise.all([...shops.values()].map((shop) => shop.end())));
    await Promise.all(
      environments.map(async (environment) => {
        const shop = await Shop.start({
          environment,
          seed: `${seed}/${environment}`,
          database: databases.of(environment),
          budget,
          tellChange: changeEvents(forwarder),
          onLine: (line) => logLines.take(line, { service: 'sandbox', environment }),
        });
        shops.set(environment, shop);
      }),
    );

    await budget.take();
    const load = new SupervisedProcess('load', budget, (line) =>
      logLines.take(line, { service: 'load', environment: environments[0] ?? 'staging' }),
    );
    closing.push(() => load.end());
    const extraPorts = new Map<string, ExtraPorts>();
    for (const [environment, shop] of shops) {
      const phaseMs = seededRandom(`${seed}/${environment}/cycle-phase`)() * LOAD.periodMs;
      const loadPort = await load.call<number>('start', {
        environment,
        port: shop.ports.storefront,
        phaseMs,
        seed: `${seed}/${environment}`,
      });
      shop.attachLoad(load);
      const controller = await serveControllerMetrics(shop, databases.of(environment).connection.database ?? '');
      closing.push(() => closeServer(controller.server));
      extraPorts.set(environment, { load: loadPort, controller: controller.port });
      const pruning = setInterval(() => void shop.queue.prune().catch(() => undefined), 60_000);
      closing.push(async () => clearInterval(pruning));
    }

    const desk = new ActionDesk(shops, identity, ledger);
    closing.push(async () => desk.stop());
    const faults = new Faults(shops, identity);
    const figures = () => ({ processes: budget.running, forwarder: forwarder.figures });
    const control = await serveControl({
      port: options.controlPort ?? 0,
      token: controlToken,
      shops,
      extraPorts,
      desk,
      faults,
      ledger,
      identity,
      loadLives: () => load.alive,
      figures,
    });
    closing.push(() => closeServer(control.server));
    const controlUrl = `http://127.0.0.1:${control.port}`;
    closing.push(async () => rmSync(readyFile, { force: true }));
    writeFileSync(readyFile, JSON.stringify({ ready: true, controlUrl, pid: process.pid }), { mode: 0o600 });
    return {
      controlUrl,
      controlToken,
      databasePid: databases.pid,
      get processes() {
        return budget.running;
      },
      get pids() {
        const children = [...shops.values()].flatMap((shop) => [
          ...shop.core.map(({ pid }) => pid),
          ...shop.replicas.ready.map((replica) => replica.process.pid),
        ]);
        return [...children, load.pid].filter((pid) => pid !== undefined);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const Ready = z.object({ controlUrl: z.url().optional().catch(undefined) }).catch({ controlUrl: undefined });

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Throws when a sandbox already serves from this data directory: a second one would take its database over. */
async function refuseSecond(readyFile: string): Promise<void> {
  if (!existsSync(readyFile)) return;
  const { controlUrl } = Ready.parse(readJson(readyFile));
  if (controlUrl === undefined) return; // cut off while it was written
  const lives = await fetch(`${controlUrl}/v1/health`, { signal: AbortSignal.timeout(1000) }).then(
    (response) => response.headers.get('x-sandbox') !== null,
    () => false, // left behind by one that was killed
  );
  if (lives)
    throw new Error(
      `A sandbox already runs from this data directory at ${controlUrl}: end it first, or choose another directory.`,
    );
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
