import type { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';

/**
 * The newest samples of every series of a shard, in typed arrays: `capacity` slots per series, oldest first after
 * rotation by `head`. Nothing is allocated per sample.
 */
export class SampleRings {
  private timestamps: Float64Array;
  private values: Float64Array;
  private heads: Uint32Array;
  private counts: Uint32Array;
  private size = 0;

  constructor(
    readonly capacity: number,
    slots = 16,
  ) {
    this.timestamps = new Float64Array(slots * capacity);
    this.values = new Float64Array(slots * capacity);
    this.heads = new Uint32Array(slots);
    this.counts = new Uint32Array(slots);
  }

  /** Adds a series and returns its slot. */
  add(): number {
    if (this.size === this.heads.length) {
      const slots = this.size * 2;
      const grow = (from: Float64Array): Float64Array => {
        const to = new Float64Array(slots * this.capacity);
        to.set(from);
        return to;
      };
      this.timestamps = grow(this.timestamps);
      this.values = grow(this.values);
      const heads = new Uint32Array(slots);
      heads.set(this.heads);
      this.heads = heads;
      const counts = new Uint32Array(slots);
      counts.set(this.counts);
      this.counts = counts;
    }
    return this.size++;
  }

  count(slot: number): number {
    return this.counts[slot] as number;
  }

  private index(slot: number, position: number): number {
    return slot * this.capacity + (((this.heads[slot] as number) + position) % this.capacity);
  }

  /** Timestamp in ms of the sample at `position` (0 = oldest kept). */
  timestamp(slot: number, position: number): number {
    return this.timestamps[this.index(slot, position)] as number;
  }

  value(slot: number, position: number): number {
    return this.values[this.index(slot, position)] as number;
  }

  /** Timestamp of the newest sample, -Infinity without one. */
  newest(slot: number): number {
    const count = this.counts[slot] as number;
    return count === 0 ? Number.NEGATIVE_INFINITY : this.timestamp(slot, count - 1);
  }

  /**
   * Inserts a sample in order of time. Returns false, and keeps nothing, when it is later than `latenessMs` behind the
   * newest of its series, or repeats a timestamp.
   */
  insert(slot: number, timestampMs: number, value: number, latenessMs: number): boolean {
    const newest = this.newest(slot);
    if (timestampMs > newest) {
      this.append(slot, timestampMs, value);
      return true;
    }
    if (timestampMs < newest - latenessMs || timestampMs === newest) return false;
    let position = this.counts[slot] as number;
    while (position > 0 && this.timestamp(slot, position - 1) > timestampMs) position--;
    if (position > 0 && this.timestamp(slot, position - 1) === timestampMs) return false;
    const full = (this.counts[slot] as number) === this.capacity;
    if (full && position === 0) return false;
    // Shift the newer ones up by re-appending the newest; the oldest falls out when the ring is full.
    const last = (this.counts[slot] as number) - 1;
    this.append(slot, this.timestamp(slot, last), this.value(slot, last));
    const target = full ? position - 1 : position;
    for (let i = (this.counts[slot] as number) - 2; i > target; i--) {
      const to = this.index(slot, i);
      const from = this.index(slot, i - 1);
      this.timestamps[to] = this.timestamps[from] as number;
      this.values[to] = this.values[from] as number;
    }
    const at = this.index(slot, target);
    this.timestamps[at] = timestampMs;
    this.values[at] = value;
    return true;
  }

  private append(slot: number, timestampMs: number, value: number): void {
    const count = this.counts[slot] as number;
    if (count < this.capacity) {
      this.counts[slot] = count + 1;
    } else {
      this.heads[slot] = ((this.heads[slot] as number) + 1) % this.capacity;
    }
    const at = this.index(slot, (this.counts[slot] as number) - 1);
    this.timestamps[at] = timestampMs;
    this.values[at] = value;
  }

  /** Position of the newest sample at or before `timestampMs`, -1 without one. */
  positionAt(slot: number, timestampMs: number): number {
    for (let position = (this.counts[slot] as number) - 1; position >= 0; position--) {
      if (this.timestamp(slot, position) <= timestampMs) return position;
    }
    return -1;
  }

  writeSlot(record: RecordWriter, slot: number): void {
    const count = this.counts[slot] as number;
    record.uint32(count);
    for (let position = 0; position < count; position++) {
      record.float64(this.timestamp(slot, position)).float64(this.value(slot, position));
    }
  }

  readSlot(record: RecordReader, slot: number): void {
    const count = record.uint32();
    for (let i = 0; i < count; i++) {
      const timestampMs = record.float64();
      this.append(slot, timestampMs, record.float64());
    }
  }
}
