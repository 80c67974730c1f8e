/** A way to send signals: what to paste where, with this installation's real address and a token. */
export interface SourceKind {
  readonly id: string;
  readonly title: string;
  /** Where the text goes. */
  readonly place: string;
  readonly text: (origin: string, token: string) => string;
}

const curl = (origin: string, token: string, path: string, type: string, body: unknown): string =>
  `curl -X POST ${origin}${path} \\\n  -H 'Authorization: Bearer ${token}' -H 'Content-Type: ${type}' \\\n  -d '${JSON.stringify(body)}'`;

export const SOURCE_KINDS: readonly SourceKind[] = [
  {
    id: 'prometheus',
    title: 'Prometheus',
    place: 'prometheus.yml',
    text: (origin, token) =>
      `remote_write:\n  - url: ${origin}/api/v1/ingest/prometheus\n    authorization:\n      credentials: ${token}`,
  },
  {
    id: 'alertmanager',
    title: 'Alertmanager',
    place: 'alertmanager.yml',
    text: (origin, token) =>
      `receivers:\n  - name: autoops\n    webhook_configs:\n      - url: ${origin}/api/v1/ingest/alertmanager\n        http_config:\n          authorization:\n            credentials: ${token}`,
  },
  {
    id: 'opentelemetry',
    title: 'OpenTelemetry',
    place: 'the Collector',
    text: (origin, token) =>
      `exporters:\n  otlphttp:\n    endpoint: ${origin}\n    headers:\n      authorization: Bearer ${token}`,
  },
  {
    id: 'changes',
    title: 'Deployments and jobs',
    place: 'a pipeline',
    text: (origin, token) =>
      curl(origin, token, '/api/v1/ingest/events', 'application/cloudevents+json', {
        specversion: '1.0',
        id: 'deploy-1',
        source: 'ci',
        type: 'dev.autoops.change.deploy.v1',
        data: { service: 'checkout', environment: 'staging', version: '1.2.3' },
      }),
  },
  {
    id: 'metrics',
    title: 'Plain JSON',
    place: 'a shell',
    text: (origin, token) =>
      curl(origin, token, '/api/v1/ingest/metrics', 'application/json', {
        samples: [
          {
            metric: 'queue_depth',
            labels: { service: 'checkout', environment: 'staging' },
            timestamp: '2026-01-15T14:00:00Z',
            value: 12,
          },
        ],
      }),
  },
];

/** A source's name as the API takes it, from what somebody typed. */
export function sourceName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 64);
}
