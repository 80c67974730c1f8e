import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventStreams } from '../events/event-streams.ts';
import type { IngestFigures } from '../ingest/ingest-figures.ts';

const loopDelay = monitorEventLoopDelay({ resolution: 20 });
loopDelay.enable();

/** The API's own figures as Prometheus text (format 0.0.4). Counters start with the process; no label names a workspace. */
export function ownMetrics(figures: IngestFigures, streams: Pick<EventStreams, 'size'>): string {
  const { rss, heapUsed } = process.memoryUsage();
  const lines = [
    ...metric('autoops_ingest_samples_total', 'counter', 'Samples stored by this process.', figures.samples),
    ...metric('autoops_ingest_logs_total', 'counter', 'Log records stored by this process.', figures.logs),
    ...metric('autoops_ingest_events_total', 'counter', 'Change events stored by this process.', figures.events),
    ...metric('autoops_ingest_alerts_total', 'counter', 'Alerts stored by this process.', figures.alerts),
    ...metric('autoops_ingest_duplicates_total', 'counter', 'Signals that were known already.', figures.duplicates),
    ...metric('autoops_ingest_late_total', 'counter', 'Samples stored but too late to be scored.', figures.late),
    ...metric(
      'autoops_ingest_redactions_total',
      'counter',
      'Secrets and personal data replaced before storing.',
      figures.redacted,
    ),
    ...metric('autoops_event_streams', 'gauge', 'Open SSE streams.', streams.size),
    ...metric('autoops_api_resident_bytes', 'gauge', 'Resident memory of the API process.', rss),
    ...metric('autoops_api_heap_bytes', 'gauge', 'Heap in use of the API process.', heapUsed),
    ...metric(
      'autoops_api_event_loop_delay_p99_seconds',
      'gauge',
      'How late the event loop ran, 99th percentile since the start.',
      loopDelay.percentile(99) / 1e9,
    ),
    '# HELP autoops_http_requests_total Answered requests by route and status.',
    '# TYPE autoops_http_requests_total counter',
    ...[...figures.requests].map(([labels, count]) => `autoops_http_requests_total{${labels}} ${count}`),
  ];
  return `${lines.join('\n')}\n`;
}

function metric(name: string, type: 'counter' | 'gauge', help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`];
}
