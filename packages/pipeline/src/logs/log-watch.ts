import type { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { templateText, TemplateStream } from './parser/template-stream.ts';

/** A log line as a shard hands it over. */
export interface LogLine {
  readonly id: string;
  readonly at: Date;
  readonly severity: string;
  readonly body: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A template of a warning or worse that was never seen before. */
export interface NewTemplate {
  readonly templateId: string;
  readonly text: string;
  readonly severity: string;
  readonly atMs: number;
  readonly body: string;
}

/** Lines per second of one template at one severity over a tick. */
export interface LogRateTick {
  readonly templateId: string;
  readonly severity: string;
  readonly timestampMs: number;
  readonly value: number;
}

const PROBLEM = new Set(['warn', 'error', 'fatal']);
/** Width of a tick of log rates. */
export const LOG_TICK_MS = 5_000;
/** A shard's log is learned for this many ticks before a new template is news. */
const LEARN_TICKS = 12;
/** Template and severity pairs watched per shard. */
const MAX_SERIES = 120;
/** Ticks without any line after which a pair is forgotten. */
const FORGET_TICKS = 2_000;
/** Ticks without any line after which a pair gives way to a new one: its anomaly has long ended (10 min). */
const YIELD_TICKS = 120;
/** Number of the snapshot's layout; 1 was that of the miner before. */
const FORMAT = 2;

interface Rate {
  readonly templateId: string;
  readonly severity: string;
  count: number;
  quietTicks: number;
}

/** Mines templates from a shard's log and counts them per tick; lines may come in any order within a call. */
export class LogWatch {
  private templates = new TemplateStream();
  private rates = new Map<string, Rate>();
  /** End of the tick being counted; NaN before the first line. */
  private tickEnd = Number.NaN;
  private ticks = 0;
  /** The newest line of a warning or worse, shown with anomalies. */
  lastProblem = '';

  /**
   * Takes lines and the newest timestamp of the shard; returns new templates and the ticks that are complete (a later line
   * came, or the shard's samples are one tick past its end). Lines of a completed tick are mined but no longer counted;
   * lines from after `untilMs` (the future) are refused: one of them would make all others late.
   */
  push(
    lines: readonly LogLine[],
    newestMs: number,
    untilMs: number,
  ): { readonly fresh: NewTemplate[]; readonly ticks: LogRateTick[] } {
    const ordered = lines.filter((line) => line.at.getTime() <= untilMs);
    ordered.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
    const fresh: NewTemplate[] = [];
    const ticks: LogRateTick[] = [];
    for (const line of ordered) {
      const atMs = line.at.getTime();
      if (Number.isNaN(this.tickEnd)) this.tickEnd = (Math.floor(atMs / LOG_TICK_MS) + 1) * LOG_TICK_MS;
      this.flushUntil(atMs, ticks);
      const severity = line.severity.toLowerCase();
      const { template, isNew } = this.templates.add(line.body, atMs);
      const isProblem = PROBLEM.has(severity);
      if (isProblem) this.lastProblem = line.body.slice(0, 400);
      if (isNew && isProblem && this.ticks >= LEARN_TICKS) {
        fresh.push({
          templateId: template.id,
          text: templateText(template),
          severity,
          atMs,
          body: line.body.slice(0, 400),
        });
      }
      if (atMs >= this.tickEnd - LOG_TICK_MS) this.count(template.id, severity);
    }
    if (!Number.isNaN(this.tickEnd)) this.flushUntil(newestMs - LOG_TICK_MS, ticks);
    return { fresh, ticks };
  }

  private count(templateId: string, severity: string): void {
    const key = `${templateId}/${severity}`;
    const rate = this.rates.get(key);
    if (rate !== undefined) {
      rate.count++;
      return;
    }
    if (this.rates.size >= MAX_SERIES) this.forgetQuietest();
    if (this.rates.size < MAX_SERIES) this.rates.set(key, { templateId, severity, count: 1, quietTicks: 0 });
  }

  private forgetQuietest(): void {
    let quietest: string | undefined;
    let quietTicks = YIELD_TICKS;
    for (const key of [...this.rates.keys()].sort()) {
      const rate = this.rates.get(key) as Rate;
      if (rate.count > 0 || rate.quietTicks <= quietTicks) continue;
      quietest = key;
      quietTicks = rate.quietTicks;
    }
    if (quietest !== undefined) this.rates.delete(quietest);
  }

  private flushUntil(atMs: number, out: LogRateTick[]): void {
    if (atMs - this.tickEnd > FORGET_TICKS * LOG_TICK_MS) {
      // Nothing was observed for hours: start counting anew instead of writing zeros that nobody saw.
      this.rates.clear();
      this.tickEnd = Math.floor(atMs / LOG_TICK_MS) * LOG_TICK_MS;
    }
    while (atMs >= this.tickEnd) this.flush(out);
  }

  private flush(out: LogRateTick[]): void {
    for (const key of [...this.rates.keys()].sort()) {
      const rate = this.rates.get(key) as Rate;
      if (rate.quietTicks > FORGET_TICKS) {
        this.rates.delete(key);
        continue;
      }
      const { templateId, severity, count } = rate;
      out.push({
        templateId,
        severity,
        timestampMs: this.tickEnd,
        value: (count * 1000) / LOG_TICK_MS,
      });
      rate.quietTicks = count === 0 ? rate.quietTicks + 1 : 0;
      rate.count = 0;
    }
    this.ticks++;
    this.tickEnd += LOG_TICK_MS;
  }

  /** Key and identity of every pair whose rate is watched, in order. */
  watched(): { readonly templateId: string; readonly severity: string }[] {
    return [...this.rates.keys()].sort().map((key) => this.rates.get(key) as Rate);
  }

  /** Ticks counted so far: how long a template that appears now had been silent at least. */
  get observedTicks(): number {
    return this.ticks;
  }

  serialize(record: RecordWriter): void {
    record.uint32(FORMAT).float64(this.tickEnd).uint32(this.ticks).text(this.lastProblem);
    const keys = [...this.rates.keys()].sort();
    record.uint32(keys.length);
    for (const key of keys) {
      const { templateId, severity, count, quietTicks } = this.rates.get(key) as Rate;
      record.text(templateId).text(severity).uint32(count).uint32(quietTicks);
    }
    this.templates.serialize(record);
  }

  /** Restores what `serialize` wrote. Throws RangeError for another format or cut bytes. */
  static read(record: RecordReader): LogWatch {
    const format = record.uint32();
    if (format !== FORMAT) throw new RangeError(`a log watch of format ${format} cannot be read; this is ${FORMAT}`);
    const watch = new LogWatch();
    watch.readRates(record);
    watch.templates = TemplateStream.read(record);
    return watch;
  }

  /**
   * Takes over what the miner before wrote (it had no format number). Its templates are learned anew, and so long none is news; its
   * rates go on at zero, so that what was open about them ends.
   */
  static readFormer(record: RecordReader): LogWatch {
    const watch = new LogWatch();
    watch.readRates(record);
    watch.ticks = 0;
    for (const rate of watch.rates.values()) rate.count = 0;
    for (let leaves = record.uint32(); leaves > 0; leaves--) {
      record.text();
      for (let templates = record.uint32(); templates > 0; templates--) {
        record.text();
        record.text();
        record.uint32();
        record.float64();
        record.float64();
      }
    }
    return watch;
  }

  private readRates(record: RecordReader): void {
    this.tickEnd = record.float64();
    this.ticks = record.uint32();
    this.lastProblem = record.text();
    for (let left = record.uint32(); left > 0; left--) {
      const templateId = record.text();
      const severity = record.text();
      const count = record.uint32();
      this.rates.set(`${templateId}/${severity}`, { templateId, severity, count, quietTicks: record.uint32() });
    }
  }
}
