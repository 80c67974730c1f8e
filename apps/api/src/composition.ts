import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  channelContext,
  environmentFiles,
  fileObjectStore,
  HttpConnector,
  inflate,
  loadPolicyEngine,
  openFileSigner,
  otlpAnswer,
  parseAlertmanager,
  parseCloudEvents,
  parseJsonBytes,
  parseOtlpLogs,
  parseOtlpMetrics,
  parsePlainEverything,
  parsePlainLogs,
  parsePlainMetrics,
  outboundProblem,
  parseOutboundAllow,
  parseRemoteWrite,
  readHttpTargets,
  redactingConnector,
  redactText,
  rollbackTokens,
  runbookMistakes,
  s3ObjectStore,
  SandboxClient,
  SandboxConnector,
  sealerOf,
} from '@autoops/connectors';
import { canonicalJson, leafHash, sha256Hex } from '@autoops/digest';
import type { ObjectStore, Signer } from '@autoops/pipeline/ports';
import { attest, buildBrief, bundleBytes, bundleDigests, bundleDocument, curvesOf } from '@autoops/reports';
import { openStore, type Store } from '@autoops/store';
import type { Logger } from 'pino';
import type { Adapters, WireFormats } from './adapters.ts';
import { frozenExports } from './exports/frozen-exports.ts';
import { measuredCurves } from './exports/measured-curves.ts';
import type { AuditExport, StoredRecord } from './exports/stored-record.ts';
import { systemClock, uuidV7 } from './ids.ts';
import { forecastPreview, detectPreview } from './preview/engines.ts';
import { replayRecord } from './preview/replay.ts';
import type { PolicyRule } from './resources/policies.ts';
import type { Settings } from './settings.ts';

const WORKER_TIMEOUT_MS = 1_000;
/** How often the policy bundle's files are looked at. */
const POLICY_RELOAD_MS = 2_000;

/** Builds everything outside of this process that the API uses. The one place that knows which adapters there are. */
export async function composeAdapters(settings: Settings, logger: Logger): Promise<Adapters> {
  const store = await openStore({ databaseUrl: settings.databaseUrl, logger });
  const policy = await loadPolicyEngine({ wasmPath: join(settings.policyDir, 'dist', 'policy.wasm') });
  const reload = setInterval(
    () => void policy.reload().catch((fault: unknown) => logger.warn({ err: fault }, 'policy bundle not reloaded')),
    POLICY_RELOAD_MS,
  );
  reload.unref();
  const signer = await openFileSigner(join(settings.dataDir, 'keys', 'signing.pem'));
  const sealer = sealerOf(signer.privateKey);
  const objects = objectStoreOf(settings);
  const outboundAllow = parseOutboundAllow(settings.outboundAllow);
  const sandbox = settings.demo ? new SandboxClient({ file: settings.sandboxFile }) : undefined;
  return {
    ...store,
    policy,
    targets: [
      ...(sandbox === undefined ? [] : [new SandboxConnector(sandbox)]),
      new HttpConnector(readHttpTargets(settings.configDir ?? 'config'), outboundAllow),
    ].map(redactingConnector),
    objects,
    signer,
    rollbackTokens: rollbackTokens(signer),
    sealChannelSecret: (workspaceId, channelId, secret) => sealer.seal(secret, channelContext(workspaceId, channelId)),
    outboundProblem: (url) => outboundProblem(new URL(url), outboundAllow),
    wire,
    exports: {
      build: (workspaceId, record) =>
        frozenExports({ idempotency: store.idempotency, objects }, workspaceId, record, settings.version, () =>
          buildExports(store, signer, settings, workspaceId, record),
        ),
    },
    engines: { detect: detectPreview, forecast: forecastPreview },
    environmentFiles: environmentFiles(join(settings.policyDir, 'environments')),
    sandbox,
    replay: (workspaceId, record) => replayRecord(store, policy, workspaceId, record),
    auditExport: (workspaceId, incidentId) => auditExport(store, workspaceId, incidentId),
    approverRights: (workspaceId, ids) => store.access.rightsOf(workspaceId, ids),
    policyRules: () => policyRules(join(settings.policyDir, 'remediation', 'rules')),
    runbookMistakes,
    clearActionHistory: async (workspaceId, environments) => {
      for (const environment of environments) await store.maintenance.resetActions(workspaceId, environment);
    },
    redact: (text) => redactText(text).text,
    clock: systemClock,
    ids: uuidV7,
    readiness: () => readiness(store, settings),
    close: async () => {
      clearInterval(reload);
      await sandbox?.close();
      await store.close();
    },
  };
}

const wire: WireFormats = {
  remoteWrite: parseRemoteWrite,
  alertmanager: parseAlertmanager,
  metrics: parsePlainMetrics,
  logs: parsePlainLogs,
  everything: parsePlainEverything,
  cloudEvents: parseCloudEvents,
  otlpMetrics: parseOtlpMetrics,
  otlpLogs: parseOtlpLogs,
  otlpAnswer,
  parseJson: parseJsonBytes,
  inflate,
};

/** Files in the data directory, or a bucket where AUTOOPS_OBJECT_STORE_URL names one (credentials by the usual AWS variables). */
function objectStoreOf(settings: Settings): ObjectStore {
  const { objectStore } = settings;
  return objectStore === undefined ? fileObjectStore(join(settings.dataDir, 'objects')) : s3ObjectStore(objectStore);
}

/** What is not usable, in words. */
async function readiness(store: Store, settings: Settings): Promise<readonly string[]> {
  const missing: string[] = [];
  await store
    .ping()
    .catch((fault: unknown) => missing.push(`database: ${fault instanceof Error ? fault.message : 'does not answer'}`));
  if (settings.workerPort !== undefined) {
    const answer = await fetch(`http://127.0.0.1:${settings.workerPort}/readyz`, {
      signal: AbortSignal.timeout(WORKER_TIMEOUT_MS),
    }).catch(() => undefined);
    if (answer === undefined) missing.push('workers: no heartbeat');
    else if (!answer.ok) missing.push(`workers: ${(await answer.text()).slice(0, 300)}`);
    else await answer.body?.cancel();
  }
  return missing;
}

/** Brief and bundle of a record. The bundle's attestation names the brief's digest; the brief prints the document's. */
async function buildExports(
  store: Store,
  signer: Signer,
  settings: Settings,
  workspaceId: string,
  record: StoredRecord,
): Promise<{ brief: Uint8Array; bundle: Uint8Array }> {
  const input = { ...record, generator: { name: 'autoops', version: settings.version } };
  const document = bundleDocument(input);
  const { document: documentSha256 } = bundleDigests(document);
  const charts = curvesOf(record) ?? (await measuredCurves(store, workspaceId, record));
  const brief = await buildBrief({
    ...input,
    ...charts,
    documentSha256,
    bundleUrl: `${settings.publicUrl ?? ''}/api/v1/incidents/${record.incident.name}/bundle.json`,
  });
  const bundle = bundleBytes(document, await attest(document, sha256Hex(brief), signer));
  return { brief, bundle };
}

/** An incident's own audit entries as the exact bytes that were hashed, with the leaves of the log up to the last of them. */
async function auditExport(store: Store, workspaceId: string, incidentId: string): Promise<AuditExport> {
  const entries: { seq: number; text: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.readModels.audit(workspaceId, { incidentId, cursor, limit: 200 });
    for (const { hash, ...content } of page.items) {
      const text = canonicalJson(content);
      if (leafHash(new TextEncoder().encode(text)) !== hash)
        throw new Error(`The audit entry ${content.seq} is not what was hashed. Run POST /api/v1/audit/verify.`);
      entries.push({ seq: content.seq, text });
    }
    cursor = page.next;
  } while (cursor !== undefined);
  const { leaves } = await store.maintenance.auditLeaves(workspaceId);
  return { entries: entries.toSorted((left, right) => left.seq - right.seq), leaves };
}

/** The rules as the bundle's sources describe them: a file is a rule, its title a string, its first comment the description. */
async function policyRules(directory: string): Promise<readonly PolicyRule[]> {
  const files = (await readdir(directory).catch(() => []))
    .filter((name) => name.endsWith('.rego') && !name.endsWith('_test.rego'))
    .toSorted();
  return Promise.all(
    files.map(async (name) => {
      const source = await readFile(join(directory, name), 'utf8');
      const id = basename(name, '.rego').replaceAll('_', '-');
      return {
        id,
        title: /^title := "([^"]+)"$/m.exec(source)?.[1] ?? id,
        description: /^# (.+)$/m.exec(source)?.[1] ?? '',
        package: /^package (.+)$/m.exec(source)?.[1] ?? '',
        rego: source,
      };
    }),
  );
}
