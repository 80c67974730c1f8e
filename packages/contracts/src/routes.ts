import type { Permission } from './permissions.ts';

export interface Route {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  /** `public` needs no log-in; `session` needs any log-in. */
  readonly permission: Permission | 'public' | 'session';
  /** What `:id` loads; foreign and missing must answer alike. */
  readonly object?: string;
  readonly summary: string;
}

const route = (
  id: string,
  method: Route['method'],
  path: string,
  permission: Route['permission'],
  summary: string,
  object?: string,
): Route => ({
  id,
  method,
  path,
  permission,
  summary,
  ...(object === undefined ? {} : { object }),
});

/** Every route of the API with the permission it needs; an undeclared route stops the boot, and the authorisation matrix is made from it. */
export const ROUTES: readonly Route[] = [
  route('health', 'GET', '/healthz', 'public', 'Process is up'),
  route('ready', 'GET', '/readyz', 'public', 'Database and migrations are ready'),
  route('metrics', 'GET', '/metrics', 'public', 'Own metrics as Prometheus text, without workspace names'),
  route('openapi', 'GET', '/api/openapi.json', 'public', 'OpenAPI 3.1 document'),
  route('session.get', 'GET', '/api/v1/session', 'public', 'Who I am'),
  route('session.login', 'POST', '/api/v1/session', 'public', 'Dev login on loopback, or exchange a bearer token for a session cookie'),
  route('session.logout', 'DELETE', '/api/v1/session', 'session', 'End this session'),
  route('events', 'GET', '/api/v1/events', 'aiops:read', 'Live events (SSE) with resume by Last-Event-ID'),

  route('ingest', 'POST', '/api/v1/ingest', 'autoops:ingest', 'Samples, log records and events at once'),
  route('ingest.prometheus', 'POST', '/api/v1/ingest/prometheus', 'autoops:ingest', 'Prometheus remote-write 1.0 and 2.0'),
  route('ingest.alertmanager', 'POST', '/api/v1/ingest/alertmanager', 'autoops:ingest', 'Alertmanager webhook v4'),
  route('ingest.metrics', 'POST', '/api/v1/ingest/metrics', 'autoops:ingest', 'Plain JSON metrics'),
  route('ingest.logs', 'POST', '/api/v1/ingest/logs', 'autoops:ingest', 'Plain JSON logs'),
  route('ingest.events', 'POST', '/api/v1/ingest/events', 'autoops:ingest', 'CloudEvents change events'),
  route('otlp.metrics', 'POST', '/v1/metrics', 'autoops:ingest', 'OTLP/HTTP metrics'),
  route('otlp.logs', 'POST', '/v1/logs', 'autoops:ingest', 'OTLP/HTTP logs'),

  route('services.list', 'GET', '/api/v1/services', 'aiops:read', 'Services with SLO budgets and key indicators'),
  route('services.get', 'GET', '/api/v1/services/:id', 'aiops:read', 'One service', 'service'),
  route('slos.list', 'GET', '/api/v1/slos', 'aiops:read', 'SLOs'),
  route('slos.get', 'GET', '/api/v1/slos/:id', 'aiops:read', 'One SLO', 'slo'),
  route('series.list', 'GET', '/api/v1/series', 'aiops:read', 'Indicator and raw series with points'),
  route('series.get', 'GET', '/api/v1/series/:id', 'aiops:read', 'One series', 'series'),
  route('anomalies.list', 'GET', '/api/v1/anomalies', 'aiops:read', 'Anomalies'),
  route('anomalies.get', 'GET', '/api/v1/anomalies/:id', 'aiops:read', 'One anomaly', 'anomaly'),
  route('forecasts.list', 'GET', '/api/v1/forecasts', 'aiops:read', 'Forecasts'),
  route('forecasts.get', 'GET', '/api/v1/forecasts/:id', 'aiops:read', 'One forecast', 'forecast'),

  route('incidents.list', 'GET', '/api/v1/incidents', 'aiops:read', 'Incidents'),
  route('incidents.get', 'GET', '/api/v1/incidents/:id', 'aiops:read', 'One incident, by id or INC-number', 'incident'),
  route('incidents.timeline', 'GET', '/api/v1/incidents/:id/timeline', 'aiops:read', 'Timeline: a view of the audit log', 'incident'),
  route('incidents.evidence', 'GET', '/api/v1/incidents/:id/evidence', 'aiops:read', 'Evidence of an incident', 'incident'),
  route('incidents.narrative', 'GET', '/api/v1/incidents/:id/narrative', 'aiops:read', 'Narrative', 'incident'),
  route('incidents.brief', 'GET', '/api/v1/incidents/:id/brief.pdf', 'aiops:read', 'Executive brief', 'incident'),
  route('incidents.bundle', 'GET', '/api/v1/incidents/:id/bundle.json', 'aiops:read', 'Attested JSON bundle', 'incident'),
  route('incidents.replay', 'POST', '/api/v1/incidents/:id/replay', 'aiops:analyze', 'Recompute every decision', 'incident'),
  route('incidents.acknowledge', 'POST', '/api/v1/incidents/:id/acknowledge', 'aiops:remediate', 'Acknowledge', 'incident'),
  route('incidents.assign', 'POST', '/api/v1/incidents/:id/assign', 'aiops:remediate', 'Assign', 'incident'),
  route('incidents.close', 'POST', '/api/v1/incidents/:id/close', 'aiops:remediate', 'Close by a person', 'incident'),
  route('incidents.merge', 'POST', '/api/v1/incidents/:id/merge', 'aiops:remediate', 'Merge into another', 'incident'),
  route('evidence.get', 'GET', '/api/v1/evidence/:id', 'aiops:read', 'One piece of evidence, `<incident>:<E-number>`', 'evidence'),

  route('plans.list', 'GET', '/api/v1/plans', 'aiops:read', 'Plans'),
  route('plans.get', 'GET', '/api/v1/plans/:id', 'aiops:read', 'One plan', 'plan'),
  route('plans.evaluate', 'POST', '/api/v1/plans/:id/evaluate', 'aiops:analyze', 'What policy says, all environments side by side', 'plan'),
  route('plans.dry-run', 'POST', '/api/v1/plans/:id/dry-run', 'aiops:analyze', 'Dry run of every step', 'plan'),
  route('plans.execute', 'POST', '/api/v1/plans/:id/execute', 'aiops:remediate', 'Execute', 'plan'),
  route('approvals.list', 'GET', '/api/v1/approvals', 'aiops:read', 'Approvals'),
  route('approvals.get', 'GET', '/api/v1/approvals/:id', 'aiops:read', 'One approval', 'approval'),
  route('approvals.approve', 'POST', '/api/v1/approvals/:id/approve', 'autoops:approve', 'Approve (If-Match: plan hash)', 'approval'),
  route('approvals.reject', 'POST', '/api/v1/approvals/:id/reject', 'autoops:approve', 'Reject with a reason', 'approval'),
  route('runs.list', 'GET', '/api/v1/runs', 'aiops:read', 'Runs'),
  route('runs.get', 'GET', '/api/v1/runs/:id', 'aiops:read', 'One run', 'run'),
  route('runs.log', 'GET', '/api/v1/runs/:id/log', 'aiops:read', 'Log lines by range', 'run'),
  route('runs.rollback', 'POST', '/api/v1/runs/:id/rollback', 'aiops:remediate', 'Roll back with the token', 'run'),
  route('runs.pause', 'POST', '/api/v1/runs/:id/pause', 'aiops:remediate', 'Pause or resume before the next step', 'run'),
  route('runs.abort', 'POST', '/api/v1/runs/:id/abort', 'aiops:remediate', 'Stop the remaining steps and undo the applied ones', 'run'),

  route('runbooks.list', 'GET', '/api/v1/runbooks', 'aiops:read', 'Runbook catalogue'),
  route('runbooks.get', 'GET', '/api/v1/runbooks/:id', 'aiops:read', 'One runbook', 'runbook'),
  route('policies.list', 'GET', '/api/v1/policies', 'aiops:read', 'Policy bundle, rules, environments and toggles'),
  route('policies.get', 'GET', '/api/v1/policies/:id', 'aiops:read', 'One rule', 'policy'),
  route(
    'policies.toggle',
    'PUT',
    '/api/v1/policies/:id/toggle',
    'aiops:admin',
    'Set a rule or runbook off, shadow or on in an environment',
    'policy',
  ),
  route('rate-cards.list', 'GET', '/api/v1/rate-cards', 'aiops:read', 'Rate cards'),
  route('rate-cards.get', 'GET', '/api/v1/rate-cards/:id', 'aiops:read', 'One rate card', 'rate-card'),
  route('value', 'GET', '/api/v1/value', 'aiops:read', 'Value ledger'),
  route('audit.list', 'GET', '/api/v1/audit', 'aiops:read', 'Audit log'),
  route('audit.status', 'GET', '/api/v1/audit/status', 'aiops:read', 'Chain status'),
  route('audit.verify', 'POST', '/api/v1/audit/verify', 'aiops:read', 'Verify the chain now'),
  route('audit.get', 'GET', '/api/v1/audit/:id', 'aiops:read', 'One audit entry', 'audit'),
  route('controls.list', 'GET', '/api/v1/controls', 'aiops:read', 'Kill switches'),
  route('controls.get', 'GET', '/api/v1/controls/:scope', 'aiops:read', 'One kill switch'),
  route('controls.put', 'PUT', '/api/v1/controls/:scope', 'aiops:remediate', 'Flip a kill switch'),
  route('self', 'GET', '/api/v1/self', 'aiops:read', "AutoOps's own figures"),
  route('integrations.list', 'GET', '/api/v1/integrations', 'aiops:read', 'Sources: last event, lag, errors'),
  route('tokens.list', 'GET', '/api/v1/tokens', 'aiops:admin', 'Tokens, without their secrets'),
  route('tokens.create', 'POST', '/api/v1/tokens', 'aiops:admin', 'Create an opaque token'),
  route('tokens.revoke', 'DELETE', '/api/v1/tokens/:id', 'aiops:admin', 'Revoke a token', 'token'),
  route('channels.list', 'GET', '/api/v1/channels', 'aiops:admin', 'Notification channels'),
  route('channels.create', 'POST', '/api/v1/channels', 'aiops:admin', 'Add a webhook channel'),
  route('channels.test', 'POST', '/api/v1/channels/:id/test', 'aiops:admin', 'Send a test notification', 'channel'),
  route('deliveries.list', 'GET', '/api/v1/deliveries', 'aiops:admin', 'Delivery log'),
  route('deliveries.redeliver', 'POST', '/api/v1/deliveries/:id/redeliver', 'aiops:admin', 'Send again under the same key', 'delivery'),

  route('detect', 'POST', '/api/v1/detect', 'aiops:analyze', 'Series in, anomalies out; nothing stored'),
  route('forecast', 'POST', '/api/v1/forecast', 'aiops:analyze', 'Series in, forecast out; nothing stored'),
  route('plan', 'POST', '/api/v1/plan', 'aiops:analyze', 'Ask for a new plan version of an incident'),
  route('remediate', 'POST', '/api/v1/remediate', 'aiops:remediate', 'Execute a plan'),
  route('report', 'POST', '/api/v1/report', 'aiops:read', 'Narrative of an incident'),

  route('demo.get', 'GET', '/api/v1/demo', 'aiops:read', 'Sandbox: faults, state, ledger'),
  route('demo.break', 'POST', '/api/v1/demo/break', 'aiops:remediate', 'Break the sandbox on command'),
  route('demo.reset', 'POST', '/api/v1/demo/reset', 'aiops:remediate', 'Heal the sandbox and close its incidents'),
];
