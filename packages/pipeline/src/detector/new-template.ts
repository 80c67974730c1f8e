import type { Anomaly } from '@autoops/contracts';
import { digestOf, sha256Hex } from '@autoops/digest';
import type { NewTemplate } from '../logs/log-watch.ts';
import { anomalyId } from './anomaly.ts';
import { ENGINE, ENGINE_VERSION } from './scoring.ts';
import { identityOf, writeSignalRecord } from './signal-record.ts';
import { subjectOfLog, type ScoredSubject, type ShardIdentity } from './subjects.ts';

/** A new template stays an open anomaly for this long, so that an incident that opens meanwhile takes it in. */
export const NEW_TEMPLATE_LASTS_MS = 60_000;

/** The anomaly of a log template never seen in `observedTicks` ticks before, with the record it was made from. It joins incidents and opens none. */
export function newTemplateAnomaly(
  shard: ShardIdentity,
  template: NewTemplate,
  observedTicks: number,
): { readonly anomaly: Anomaly; readonly scored: ScoredSubject; readonly snapshot: Uint8Array } {
  const scored = subjectOfLog(shard, template);
  const subject = { ...scored.subject, key: `new/${scored.subject.key}`, opens: false };
  const at = new Date(template.atMs).toISOString();
  const snapshot = writeSignalRecord({ kind: 'new-template', shard: identityOf(shard), template, observedTicks });
  const anomaly: Anomaly = {
    id: anomalyId(subject, template.atMs),
    service: subject.service,
    environment: subject.environment,
    indicator: 'new_log_template',
    unit: 'n',
    labels: { ...subject.labels },
    source: subject.source,
    kind: 'new-template',
    direction: 'up',
    severity: 'low',
    score: 0.5,
    // Never seen in so many ticks: the rule of succession's tail probability.
    novelty: Math.log10(observedTicks + 2),
    deviation: 0,
    winningView: 'template',
    observed: 1,
    expected: 0,
    bandLow: 0,
    bandHigh: 0,
    openedAt: at,
    lastAt: at,
    context: { labelsDiffering: [], changesBefore: [], sampleLog: template.body },
    decision: {
      engine: ENGINE,
      version: ENGINE_VERSION,
      inputDigest: sha256Hex(snapshot),
      outputDigest: digestOf({ at, template: template.templateId, kind: 'new-template' }),
    },
  };
  return { anomaly, scored: { ...scored, subject }, snapshot };
}
