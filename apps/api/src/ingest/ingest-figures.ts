import type { SignalBatch } from '@autoops/contracts';
import type { StoredSignals } from '@autoops/pipeline/ports';

/** What came in through this process since its start, for `/metrics`. No workspace names. */
export class IngestFigures {
  samples = 0;
  logs = 0;
  events = 0;
  alerts = 0;
  duplicates = 0;
  late = 0;
  redacted = 0;
  readonly requests = new Map<string, number>();

  /** Counts what was stored of a batch; what was known already counts as a duplicate only. */
  stored(batch: SignalBatch, result: StoredSignals): void {
    this.samples += result.stored.samples;
    this.logs += result.stored.logs;
    this.events += result.stored.events;
    this.alerts += result.stored.alerts;
    this.duplicates += result.duplicates;
    this.late += result.late;
    for (const redaction of batch.redactions) this.redacted += redaction.count;
  }

  /** Counts an answered request of a route. */
  answered(route: string, status: number): void {
    const key = `route="${route}",code="${status}"`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
  }
}
