import type { Anomaly } from '@autoops/contracts';
import { alertAnomaly } from './alerts.ts';
import { decisionOf } from './anomaly.ts';
import { newTemplateAnomaly } from './new-template.ts';
import { replaySnapshot } from './series-bank.ts';
import { readSignalRecord } from './signal-record.ts';

/**
 * Recomputes an anomaly's opening from what is stored with it: a series' snapshot, or the alert or log template that it was made
 * from. Equal digests mean: same decision, byte for byte. Throws when the bytes were written by another format.
 */
export function replayAnomaly(snapshot: Uint8Array): Anomaly['decision'] {
  const record = readSignalRecord(snapshot);
  if (record?.kind === 'alert') return alertAnomaly(record.shard, record.alert).anomaly.decision;
  if (record?.kind === 'new-template')
    return newTemplateAnomaly(record.shard, record.template, record.observedTicks).anomaly.decision;
  const { score, at, observed } = replaySnapshot(snapshot);
  return decisionOf(snapshot, score, at, observed);
}
