import type { AlertSignal, ChangeEvent, LogRecord, SeriesIdentity, SignalBatch } from '@autoops/contracts';
import { ChangeEvent as ChangeEventSchema } from '@autoops/contracts';
import { sha256Hex } from '@autoops/digest';
import { Redactor } from '../redaction/redactor.ts';

const LONGEST_BODY = 65_536;
const LONGEST_SUMMARY = 4_096;
const LONGEST_LABEL = 1_024;
/** Identities of alerts are keys of an index, whose entries have a bound. In characters. */
const LONGEST_KEY = 400;

/**
 * Series in which nothing had to be replaced, by what their sender calls them: a sender names the same ones every few seconds, and the
 * same object lets the store know them again. Bounded; longer names are looked through each time.
 */
const CLEAN = new Map<string, SeriesIdentity>();
const MOST_REMEMBERED = 50_000;
const LONGEST_REMEMBERED = 1_000;

/** Collects what a payload says into columns, redacted as it comes in. Times in ms since the epoch. */
export class BatchBuilder {
  readonly redactor = new Redactor();
  readonly #source: string;
  readonly #series: SeriesIdentity[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #logs: LogRecord[] = [];
  readonly #events: ChangeEvent[] = [];
  readonly #alerts: AlertSignal[] = [];
  #seriesIndex = new Uint32Array(1_024);
  #timestampMs = new Float64Array(1_024);
  #value = new Float64Array(1_024);
  #samples = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** The index of a series in this batch; equal metric and labels give the same one, in whatever order the labels came. */
  seriesOf(metric: string, labels: Readonly<Record<string, string>>): number {
    const names = Object.keys(labels).sort();
    let key = metric;
    for (const name of names) key += `\u0001${name}\u0002${labels[name] ?? ''}`;
    const known = this.#indexOf.get(key);
    if (known !== undefined) return known;
    const index = this.#series.length;
    this.#series.push(CLEAN.get(key) ?? this.#redacted(key, metric, names, labels));
    this.#indexOf.set(key, index);
    return index;
  }

  #redacted(
    key: string,
    metric: string,
    names: readonly string[],
    labels: Readonly<Record<string, string>>,
  ): SeriesIdentity {
    const short: Record<string, string> = {};
    for (const name of names) short[name] = shortened(labels[name] ?? '');
    const before = this.redactor.count;
    const series = { metric: this.redactor.text('metric', metric), labels: this.redactor.labels('labels', short) };
    if (this.redactor.count === before && key.length <= LONGEST_REMEMBERED) {
      if (CLEAN.size >= MOST_REMEMBERED) CLEAN.clear();
      CLEAN.set(key, series);
    }
    return series;
  }

  sample(series: number, timestampMs: number, value: number): void {
    if (this.#samples === this.#value.length) this.#grow();
    this.#seriesIndex[this.#samples] = series;
    this.#timestampMs[this.#samples] = timestampMs;
    this.#value[this.#samples] = value;
    this.#samples += 1;
  }

  log(record: LogRecord): void {
    this.#logs.push({
      ...record,
      body: this.redactor.text('log.body', record.body.slice(0, LONGEST_BODY)),
      labels: this.redactor.labels('log.labels', shortLabels(record.labels)),
    });
  }

  /** Adds an event; false where nothing usable is left of it after redaction (a service that is named like a card number). */
  event(event: ChangeEvent): boolean {
    const clean = ChangeEventSchema.safeParse(this.redactor.json('event', JSON.parse(JSON.stringify(event))));
    if (clean.success) this.#events.push(clean.data);
    return clean.success;
  }

  alert(alert: AlertSignal): void {
    const key = this.redactor.text('alert.key', alert.key);
    this.#alerts.push({
      ...alert,
      key: key.length > LONGEST_KEY ? `sha256:${sha256Hex(key)}` : key,
      name: this.redactor.text('alert.name', alert.name),
      summary: this.redactor.text('alert.summary', alert.summary.slice(0, LONGEST_SUMMARY)),
      labels: this.redactor.labels('alert.labels', shortLabels(alert.labels)),
    });
  }

  finish(): SignalBatch {
    return {
      source: this.#source,
      series: this.#series,
      samples: {
        seriesIndex: this.#seriesIndex.slice(0, this.#samples),
        timestampMs: this.#timestampMs.slice(0, this.#samples),
        value: this.#value.slice(0, this.#samples),
      },
      logs: this.#logs,
      events: this.#events,
      alerts: this.#alerts,
      redactions: this.redactor.redactions(),
    };
  }

  #grow(): void {
    const size = this.#samples * 2;
    const seriesIndex = new Uint32Array(size);
    const timestampMs = new Float64Array(size);
    const value = new Float64Array(size);
    seriesIndex.set(this.#seriesIndex);
    timestampMs.set(this.#timestampMs);
    value.set(this.#value);
    this.#seriesIndex = seriesIndex;
    this.#timestampMs = timestampMs;
    this.#value = value;
  }
}

function shortLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) result[name] = shortened(value);
  return result;
}

/** A value of at most 1,024 characters; a longer one ends in a hash of itself, so that two of them stay two. */
function shortened(value: string): string {
  if (value.length <= LONGEST_LABEL) return value;
  const hash = sha256Hex(value.toWellFormed()).slice(0, 16);
  return `${value.slice(0, LONGEST_LABEL - hash.length - 1)}~${hash}`;
}
