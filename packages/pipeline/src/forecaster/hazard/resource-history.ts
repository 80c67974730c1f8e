import { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { STEP_SECONDS } from './facts.ts';

const FORMAT = 1;
/** Fourteen days of 5-minute steps: the longest past that is looked at. */
export const HISTORY_STEPS = 4032;
/** A share of the limit beyond this is no measurement of a bounded resource. */
const BEYOND = 1e6;

/**
 * The past of one bounded resource on a grid of 5 minutes, as shares of its limit: 32 kB, a sample costs a few operations. Values
 * of one step are averaged. Unknown values (NaN, infinite, absurdly large) and those older than the newest step are left out.
 */
export class ResourceHistory {
  private readonly ring = new Float64Array(HISTORY_STEPS).fill(Number.NaN);
  private readonly line = new Float64Array(HISTORY_STEPS);
  /** Steps from the first sample to the newest, and how many values the newest step has. */
  private first = Number.NaN;
  private newest = Number.NaN;
  private inStep = 0;

  /** Throws RangeError for a limit that is no positive number. */
  constructor(readonly limit: number) {
    if (!(limit > 0) || !Number.isFinite(limit)) throw new RangeError('the limit must be a positive number');
  }

  /** Takes a sample; `seconds` since any fixed moment. False when it was too old or its value unknown. */
  push(seconds: number, value: number): boolean {
    const step = Math.floor(seconds / STEP_SECONDS);
    if (!Number.isSafeInteger(step) || step < this.newest) return false;
    this.advance(step);
    const share = value / this.limit;
    if (!(Math.abs(share) <= BEYOND)) return false;
    const at = step % HISTORY_STEPS;
    const place = at < 0 ? at + HISTORY_STEPS : at;
    this.inStep++;
    const before = this.inStep === 1 ? 0 : (this.ring[place] as number);
    this.ring[place] = before + (Math.min(2, Math.max(0, share)) - before) / this.inStep;
    return true;
  }

  /** Steps between the newest step and `step` become unknown. */
  private advance(step: number): void {
    if (Number.isNaN(this.newest)) {
      this.first = step;
      this.newest = step;
      return;
    }
    if (step === this.newest) return;
    const from = Math.max(this.newest + 1, step - HISTORY_STEPS + 1);
    for (let empty = from; empty <= step; empty++)
      this.ring[((empty % HISTORY_STEPS) + HISTORY_STEPS) % HISTORY_STEPS] = Number.NaN;
    this.newest = step;
    this.inStep = 0;
  }

  /** Hours from the first sample to the newest; 0 before any. */
  get hours(): number {
    return Number.isNaN(this.newest) ? 0 : ((this.newest - this.first) * STEP_SECONDS) / 3600;
  }

  /** The grid, oldest first, NaN where nothing is known. Valid until the next call. */
  values(): Float64Array {
    if (Number.isNaN(this.newest)) return this.line.subarray(0, 0);
    const length = Math.min(HISTORY_STEPS, this.newest - this.first + 1);
    for (let i = 0; i < length; i++) {
      const at = (this.newest - length + 1 + i) % HISTORY_STEPS;
      this.line[i] = this.ring[at < 0 ? at + HISTORY_STEPS : at] as number;
    }
    return this.line.subarray(0, length);
  }

  /** The whole state as bytes; the same state gives the same bytes. */
  snapshot(): Uint8Array {
    const record = new RecordWriter();
    record.uint32(FORMAT).float64(this.limit).float64(this.first).float64(this.newest).uint32(this.inStep);
    record.float64s(this.ring);
    return record.finish();
  }

  /** The history that was written, to be continued as if nothing had been between. Throws RangeError on another format. */
  static restore(bytes: Uint8Array): ResourceHistory {
    const record = new RecordReader(bytes);
    if (record.uint32() !== FORMAT)
      throw new RangeError('The snapshot of the resource is of another version: start its history anew.');
    const history = new ResourceHistory(record.float64());
    history.first = record.float64();
    history.newest = record.float64();
    history.inStep = record.uint32();
    record.float64sInto(history.ring);
    return history;
  }
}
