import type { AlertSignal } from '@autoops/contracts';
import { canonicalJson } from '@autoops/digest';
import type { NewTemplate } from '../logs/log-watch.ts';
import type { ShardIdentity } from './subjects.ts';

/** What of an alert decides on its anomaly: whether it has ended is told later and changes no opening. */
export type AlertFacts = Pick<AlertSignal, 'key' | 'name' | 'severity' | 'startsAt' | 'summary' | 'labels'>;

/** What an anomaly of a discrete signal was made from: its counterpart of a series' snapshot. */
export type SignalRecord =
  | { readonly kind: 'alert'; readonly shard: ShardIdentity; readonly alert: AlertFacts }
  | {
      readonly kind: 'new-template';
      readonly shard: ShardIdentity;
      readonly template: NewTemplate;
      readonly observedTicks: number;
    };

/** The record's bytes (RFC 8785), as they are stored in the place of a snapshot. */
export function writeSignalRecord(record: SignalRecord): Uint8Array {
  return new TextEncoder().encode(canonicalJson(record));
}

/** The record in these bytes; `undefined` where they are a series' snapshot, which begins with the number of its format. */
export function readSignalRecord(bytes: Uint8Array): SignalRecord | undefined {
  return bytes[0] === '{'.charCodeAt(0) ? (JSON.parse(new TextDecoder().decode(bytes)) as SignalRecord) : undefined;
}

/** A shard's identity without whatever else its work carries. */
export function identityOf({ workspaceId, service, environment }: ShardIdentity): ShardIdentity {
  return { workspaceId, service, environment };
}
