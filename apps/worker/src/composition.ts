import { join } from 'node:path';
import {
  HttpConnector,
  redactingConnector,
  PrometheusRangeClient,
  SandboxClient,
  SandboxConnector,
  SandboxUnanswered,
  ScrapeClient,
  WEBHOOK_ATTEMPTS,
  sealerOf,
  WebhookSender,
  authOf,
  batchOf,
  loadConfigFiles,
  loadPolicyEngine,
  channelContext,
  openFileSigner,
  parseOutboundAllow,
  readHttpTargets,
  rollbackTokens,
  watchConfigFiles,
  type LoadedConfig,
} from '@autoops/connectors';
import type { SourceConfig } from '@autoops/contracts';
import { Indicators, type RollbackTokens } from '@autoops/pipeline';
import type { Clock, IdGenerator, PolicyEngine, Signer, TargetConnector } from '@autoops/pipeline/ports';
import { openStore } from '@autoops/store';
import { v7 } from 'uuid';
import type { FilesRead } from './background/config-loader.ts';
import type { ReloadableEngine } from './background/policy-reload.ts';
import type { SourceReader } from './background/scraper.ts';
import type { Settings } from './settings.ts';
import type { Webhooks } from './stages/deliveries.processor.ts';
import type { Log } from './telemetry/log.ts';
import type { WorkerStore } from './worker-store.ts';

/** Every adapter of the worker; the only place that builds one. */
export interface Composition {
  readonly store: WorkerStore;
  readonly workspaceId: string;
  readonly engine: PolicyEngine & ReloadableEngine;
  readonly connectors: ReadonlyMap<string, TargetConnector>;
  readonly signer: Signer;
  readonly tokens: RollbackTokens;
  readonly webhooks: Webhooks;
  readonly sources: SourceReader;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readFiles(): Promise<FilesRead>;
  watchFiles(onChange: (read: FilesRead) => Promise<void>): { close(): void };
  /** Answers when the database does. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const clock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };
const ids: IdGenerator = { uuid: () => v7() };

/** Builds the adapters for one worker process. Throws a sentence that says what is missing. */
export async function compose(settings: Settings, log: Log): Promise<Composition> {
  const opened = await openStore({
    databaseUrl: settings.databaseUrl,
    timings: settings.timings,
    logger: { warn: (details, message) => log.warn(details, message) },
  });
  const store: WorkerStore = {
    ...opened,
    rights: opened.access,
    controls: { list: (workspaceId) => opened.readModels.controls(workspaceId) },
  };
  const workspaceId = await opened.access.workspaceByName(settings.workspace);
  if (workspaceId === undefined)
    throw new Error(`The database has no workspace ${settings.workspace}: prepare it first (autoops up does).`);

  const engine = await loadPolicyEngine({ wasmPath: join(settings.policyDir, 'dist', 'policy.wasm') });
  const signer = await openFileSigner(join(settings.dataDir, 'keys', 'signing.pem'));
  const sealer = sealerOf(signer.privateKey);
  // Before there was a seal, secrets were stored as they were made.
  await opened.channels.sealSecrets((owner, channelId, secret) =>
    sealer.seal(secret, channelContext(owner, channelId)),
  );
  const allow = parseOutboundAllow(settings.outboundAllow);
  const sender = new WebhookSender(allow);
  const sandboxClient = new SandboxClient(settings.sandbox);
  const connectors = new Map<string, TargetConnector>([
    ['http', redactingConnector(new HttpConnector(readHttpTargets(settings.configDir), allow))],
  ]);
  if (settings.demo) connectors.set('sandbox', redactingConnector(new SandboxConnector(sandboxClient)));

  const folders = {
    configuration: settings.configDir,
    runbooks: settings.runbookDir,
    environments: join(settings.policyDir, 'environments'),
    autonomy: settings.demo ? ('suggest' as const) : ('shadow' as const),
    indicatorsSchema: Indicators,
  };
  return {
    store,
    workspaceId,
    engine,
    connectors,
    signer,
    tokens: rollbackTokens(signer),
    webhooks: {
      attempts: WEBHOOK_ATTEMPTS,
      async send({ workspaceId: owner, channelId, ...message }, attempt, now, spread) {
        let secret: string;
        try {
          secret = sealer.open(message.secret, channelContext(owner, channelId));
        } catch (fault) {
          return { kind: 'refused', detail: fault instanceof Error ? fault.message : String(fault) };
        }
        return sender.send({ ...message, secret }, attempt, now, spread);
      },
    },
    sources: sourceReader(sandboxClient, settings.demo),
    clock,
    ids,
    readFiles: async () => filesRead(await loadConfigFiles(folders)),
    watchFiles: (onChange) =>
      watchConfigFiles(
        folders,
        (config) => onChange(filesRead(config)),
        (fault) => log.warn({ err: fault }, 'the configuration could not be read'),
      ),
    ping: () => opened.ping(),
    async close() {
      await sandboxClient.close();
      await opened.close();
    },
  };
}

function filesRead(config: LoadedConfig): FilesRead {
  const [first] = config.problems;
  return {
    documents: config.documents,
    failedKinds: [...config.failedKinds],
    problem:
      first === undefined
        ? undefined
        : { file: first.file, message: `line ${first.line}, column ${first.column}: ${first.message}` },
  };
}

/** How often the targets of a service discovery are asked for again. */
const DISCOVER_MS = 1_500;
/** Steps of a range asked for at once. */
const MOST_STEPS = 5_000;

/** Reads one round of a source: scrapes its targets, or asks a Prometheus server for what came since the last round. */
function sourceReader(sandbox: SandboxClient, demo: boolean): SourceReader {
  const clients = new Map<
    string,
    { readonly digest: string; readonly client: ScrapeClient; readonly auth: Awaited<ReturnType<typeof authOf>> }
  >();
  const discovered = new Map<
    string,
    { readonly at: number; readonly targets: Awaited<ReturnType<ScrapeClient['discover']>> }
  >();
  const readTo = new Map<string, number>();

  const clientOf = async (source: SourceConfig) => {
    const digest = JSON.stringify([source.auth, source.caFile]);
    const known = clients.get(source.name);
    if (known?.digest === digest) return known;
    const auth = await authOf(source);
    const fresh = { digest, auth, client: new ScrapeClient(auth) };
    clients.set(source.name, fresh);
    return fresh;
  };

  const targetsOf = async (source: SourceConfig, client: ScrapeClient, timeoutMs: number) => {
    if (source.type === 'prometheus-targets')
      return source.targets.map((address) => ({ address, labels: source.labels }));
    const known = discovered.get(source.name);
    if (known !== undefined && performance.now() - known.at < DISCOVER_MS) return known.targets;
    let targets;
    if (source.url === undefined) {
      // Without an address of its own, in the demo, it is the sandbox's.
      if (!demo) throw new Error(`Source ${source.name} has no url.`);
      const { url, token } = await sandbox.where();
      targets = await client.discover(`${url}/v1/sd`, timeoutMs, { authorization: `Bearer ${token}` });
    } else {
      targets = await client.discover(source.url, timeoutMs);
    }
    discovered.set(source.name, { at: performance.now(), targets });
    return targets;
  };

  return {
    async read(source, now) {
      const timeoutMs = Math.max(900, Math.min(10_000, source.intervalSeconds * 1000));
      const { client, auth } = await clientOf(source);
      if (source.type === 'prometheus-server') {
        if (source.url === undefined) throw new Error(`Source ${source.name} has no url.`);
        const server = new PrometheusRangeClient(source.url, auth);
        const stepMs = source.intervalSeconds * 1000;
        const newest = Math.floor((now.getTime() - source.latenessSeconds * 1000) / stepMs) * stepMs;
        const from = (readTo.get(source.name) ?? newest - 60 * stepMs) + stepMs;
        // After an outage what was missed is read in pieces that a server answers (Prometheus: at most 11,000 points a series).
        const to = Math.min(newest, from + MOST_STEPS * stepMs);
        if (to < from) return { batch: batchOf(source.name, [], now), errors: [] };
        const answers = await Promise.all(
          source.queries.map(({ metric, query }) =>
            server.range(metric, query, new Date(from), new Date(to), source.intervalSeconds, 10_000),
          ),
        );
        return {
          batch: batchOf(source.name, [{ samples: answers.flat(), labels: source.labels, atMs: to }], now),
          errors: [],
          stored: () => void readTo.set(source.name, to),
        };
      }
      let targets;
      try {
        targets = await targetsOf(source, client, timeoutMs);
      } catch (error) {
        discovered.delete(source.name);
        if (error instanceof SandboxUnanswered) return undefined;
        throw error;
      }
      // One time for the whole round, on the source's grid: the samples of a tick belong together.
      const stepMs = source.intervalSeconds * 1000;
      const atMs = Math.round(now.getTime() / stepMs) * stepMs;
      const errors: string[] = [];
      const scrapes = await Promise.all(
        targets.map(async (target) => {
          try {
            return [
              { samples: await client.scrape(target, timeoutMs), labels: { ...source.labels, ...target.labels }, atMs },
            ];
          } catch (error) {
            errors.push(`${target.address}: ${error instanceof Error ? error.message : String(error)}`);
            return [];
          }
        }),
      );
      return { batch: batchOf(source.name, scrapes.flat(), now), errors };
    },
  };
}
