export {
  loadPolicyEngine,
  PolicyEngineError,
  type ReloadablePolicyEngine,
  type ReloadOutcome,
} from './opa/policy-engine.ts';
export { SandboxClient, SandboxUnanswered, type SandboxPlace } from './sandbox/sandbox-client.ts';
export { SandboxConnector } from './sandbox/sandbox-connector.ts';
export { HttpConnector, HttpTarget } from './http/http-connector.ts';
export { readHttpTargets } from './http/http-targets.ts';
export { CallUnanswered, guardedCall, type GuardedAnswer, type GuardedCall } from './http/guarded-fetch.ts';
export {
  addressProblem,
  OutboundDenied,
  outboundProblem,
  parseOutboundAllow,
  pinnedAgent,
} from './http/outbound-guard.ts';
export { secretBytes, signWebhook, verifyWebhook } from './notify/standard-webhooks.ts';
export { WEBHOOK_ATTEMPTS, WebhookSender, type WebhookMessage, type WebhookOutcome } from './notify/webhook-sender.ts';
export { ExpositionError, parseExposition, type TextSample } from './prometheus-text/parse.ts';
export { batchOf } from './prometheus-text/batch.ts';
export { authOf, ScrapeClient, type ScrapeTarget } from './prometheus-text/scrape-client.ts';
export { PrometheusRangeClient } from './prometheus-server/range-client.ts';
export { openFileSigner, type FileSigner } from './signing/ed25519-signer.ts';
export { channelContext, sealerOf, type Sealer } from './signing/sealer.ts';
export { rollbackTokens } from './signing/rollback-tokens.ts';
export {
  loadConfigFiles,
  problemsText,
  runbookMistakes,
  type ConfigFolders,
  type LoadedConfig,
  type LoadedDocument,
} from './config-files/load-config-files.ts';
export { watchConfigFiles, type ConfigWatch } from './config-files/watch-config-files.ts';
export type { FileProblem } from './config-files/read-document.ts';
export { redactingConnector } from './redaction/redacting-connector.ts';
export { Redactor, redactText } from './redaction/redactor.ts';
export { parseRemoteWrite, type Written } from './prometheus-remote-write/remote-write.ts';
export { parseAlertmanager } from './alertmanager/alertmanager.ts';
export { parsePlainEverything, parsePlainLogs, parsePlainMetrics } from './plain/plain.ts';
export { parseCloudEvents } from './cloudevents/cloudevents.ts';
export { parseOtlpMetrics, type PartialSuccess } from './otlp/otlp-metrics.ts';
export { otlpAnswer, parseOtlpLogs } from './otlp/otlp-logs.ts';
export { inflate } from './signal-batch/inflate.ts';
export { JsonBytesError, parseJsonBytes } from './signal-batch/json-bytes.ts';
export type { Parsed, Place, Refused } from './signal-batch/parsed.ts';
export { fileObjectStore } from './object-store/file-object-store.ts';
export { s3ObjectStore, type S3Options } from './object-store/s3-object-store.ts';
export { EnvironmentFileError, environmentFiles } from './environment-files/environment-files.ts';
