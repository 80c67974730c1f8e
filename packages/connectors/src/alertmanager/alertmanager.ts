import { MOST_LABELS, type AlertSignal } from '@autoops/contracts';
import { z } from 'zod';
import { BatchBuilder } from '../signal-batch/batch-builder.ts';
import { hasTooMany, nameOf, refused, refusedBy, type Parsed } from '../signal-batch/parsed.ts';
import { instantOf } from '../signal-batch/times.ts';

/** Webhook v4 as Alertmanager and Grafana send it; unknown members are tolerated (Grafana adds orgId, silenceURL, values). */
const Alert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }).optional(),
  fingerprint: z.string().max(200).optional(),
});
const Webhook = z.looseObject({
  version: z.literal('4'),
  groupKey: z.string().max(10_000),
  truncatedAlerts: z.number().int().min(0).default(0),
  alerts: z.array(z.unknown()).max(10_000),
});

/** Severity words that are in use, by ours. Without one an alert is `medium`. */
const SEVERITIES: Readonly<Record<string, AlertSignal['severity']>> = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  error: 'high',
  high: 'high',
  major: 'high',
  warning: 'medium',
  warn: 'medium',
  medium: 'medium',
  info: 'low',
  low: 'low',
  none: 'low',
};

/**
 * Reads an Alertmanager webhook v4 body. An alert is idempotent on groupKey + fingerprint + startsAt; a resolution has the key of its
 * firing. `truncated` is how many alerts the sender left out. Alertmanager writes endsAt in the year 1 while an alert fires.
 */
export function parseAlertmanager(body: unknown, source: string): Parsed<{ readonly truncated: number }> {
  const parsed = Webhook.safeParse(body);
  if (!parsed.success) return refusedBy(parsed.error);
  const { groupKey, truncatedAlerts, alerts } = parsed.data;
  const builder = new BatchBuilder(source);
  const group = builder.redactor.text('alert.groupKey', groupKey);
  for (const [index, item] of alerts.entries()) {
    for (const member of ['labels', 'annotations'])
      if (hasTooMany(item, member))
        return refused(`An alert has more than ${MOST_LABELS} ${member}.`, [
          { pointer: `/alerts/${index}/${member}`, detail: `at most ${MOST_LABELS}` },
        ]);
    const read = Alert.safeParse(item);
    if (!read.success) return refusedBy(read.error, `/alerts/${index}`);
    const alert = read.data;
    const { labels, annotations } = alert;
    const startsAt = instantOf(alert.startsAt);
    if (startsAt === undefined)
      return refused('An alert has no usable start.', [
        { pointer: `/alerts/${index}/startsAt`, detail: `${alert.startsAt} is not between 1970 and 9999` },
      ]);
    const name = labels['alertname'] ?? 'alert';
    const fingerprint =
      alert.fingerprint ??
      JSON.stringify(
        Object.entries(builder.redactor.labels('alert.labels', labels)).toSorted(([left], [right]) =>
          left < right ? -1 : 1,
        ),
      );
    builder.alert({
      key: JSON.stringify([group, fingerprint, startsAt]),
      status: alert.status,
      name,
      service: nameOf(labels['service'] ?? labels['app'] ?? labels['job']),
      environment: nameOf(labels['environment'] ?? labels['env'] ?? labels['deployment_environment']),
      severity: SEVERITIES[(labels['severity'] ?? labels['priority'] ?? '').toLowerCase()] ?? 'medium',
      startsAt,
      // Alertmanager writes the year 1 while an alert fires: no instant that can be stored.
      endsAt: alert.endsAt === undefined ? undefined : instantOf(alert.endsAt),
      summary: annotations['summary'] ?? annotations['description'] ?? annotations['message'] ?? name,
      labels,
      truncated: truncatedAlerts,
    });
  }
  return { ok: true, batch: builder.finish(), truncated: truncatedAlerts };
}
