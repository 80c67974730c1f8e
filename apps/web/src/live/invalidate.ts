import type { LiveEvent, LiveEventType } from '@autoops/contracts';
import type { Resource } from '../api/queries.ts';

const AFFECTED: Readonly<Record<LiveEventType, readonly Resource[]>> = {
  'incident.opened': ['incidents', 'incident', 'services', 'timeline'],
  'incident.changed': ['incidents', 'incident', 'services', 'timeline', 'plan', 'evidence'],
  'incident.closed': ['incidents', 'incident', 'services', 'timeline', 'narrative', 'evidence', 'value'],
  'anomaly.opened': ['anomalies', 'incident', 'incidents', 'timeline', 'evidence'],
  'anomaly.changed': ['anomalies', 'incident', 'timeline'],
  'anomaly.labelled': ['labels', 'precision'],
  'annotation.changed': ['annotations', 'timeline'],
  'forecast.frozen': ['forecasts', 'incident', 'timeline', 'evidence'],
  'plan.changed': ['plan', 'plans', 'decisions', 'incident', 'incidents', 'timeline', 'evidence', 'evaluation'],
  'approval.changed': ['approvals', 'approval', 'plan', 'plans', 'incident', 'timeline', 'evidence'],
  'run.changed': ['runs', 'run', 'incident', 'incidents', 'plan', 'timeline', 'evidence'],
  'run.log': ['run-log'],
  'narrative.written': ['narrative', 'incident', 'timeline', 'value', 'evidence'],
  'audit.appended': ['audit', 'audit-status', 'timeline'],
  'control.changed': ['controls'],
  'config.changed': ['policies', 'runbooks', 'evaluation', 'services', 'integrations', 'rate-cards'],
  'delivery.changed': ['deliveries'],
  'service.tick': ['services', 'slos', 'series', 'demo'],
};

/** Each of these is written in one transaction with its audit entry, so the log has grown too. */
const LOGGED: readonly Resource[] = ['audit', 'audit-status'];

/** Which cached resources an event makes old. Unknown types, from a newer server, make nothing old. */
export function affectedBy(event: Pick<LiveEvent, 'type'>): readonly Resource[] {
  const affected = AFFECTED[event.type];
  if (affected === undefined) return [];
  return event.type === 'service.tick' || event.type === 'run.log' ? affected : [...new Set([...affected, ...LOGGED])];
}
