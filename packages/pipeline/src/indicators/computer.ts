import type { SourceConfig } from '@autoops/contracts';
import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import type { SeriesRow, ShardBatch } from '../ports/shard-store.ts';
import type { IndicatorDefinition } from './definition.ts';
import { gaugeAt, LIVE_INTERVALS, sumPresentIncreases, type TickInput } from './evaluate.ts';
import { addMember, instanceKey, seriesKey, valueAt, type IndicatorInstance } from './instance.ts';
import { rawDefinition } from './raw.ts';
import { SampleRings } from './sample-rings.ts';
import { labelsBy, rolesOf, ROLE } from './select.ts';

const FORMAT = 1;
/** Empty ticks after which the grid jumps to the present instead of writing gaps one by one (a night without data). */
const EMPTY_TICKS_BEFORE_JUMP = 60;
/** Series without a sample for this many intervals are forgotten, looked for once in as many intervals. */
const FORGET_INTERVALS = 600;
/** Samples from further in the future than this are refused: one of them would make all others late. */
const FUTURE_TOLERANCE_MS = 60_000;
/** Raw series scored per shard at most, in order of their first sample. */
const RAW_LIMIT = 300;
/** Labels that name the thing a series was read from. */
const TARGET_LABELS = ['instance', 'replica', 'pod', 'job', 'host', 'container'];

/** Where a computed value goes; NaN is a gap. Called in order of time within an instance. */
export type TickSink = (instance: IndicatorInstance, timestampMs: number, value: number) => void;

export interface ComputerOptions {
  readonly service: string;
  readonly definitions: readonly IndicatorDefinition[];
  readonly sources: readonly SourceConfig[];
}

/** Turns a shard's raw samples into indicator ticks, incrementally; its state survives restarts byte for byte. */
export class IndicatorComputer {
  private readonly definitions: readonly IndicatorDefinition[];
  private readonly declaredSources: ReadonlySet<string>;
  private readonly latenessMs = new Map<string, number>();
  private readonly sourceIntervalMs = new Map<string, number>();
  private rings: SampleRings;
  private rows: SeriesRow[] = [];
  private keys: string[] = [];
  private slotOfId = new Map<string, number>();
  private born: boolean[] = [];
  private instances = new Map<string, IndicatorInstance>();
  private targets = new Map<string, { newest: number; previous: number }>();
  private newest = Number.NEGATIVE_INFINITY;
  private sweepMark = Number.NaN;
  private rawCount = 0;
  /** Ids of series that no definition wants; forgotten on a sweep. */
  private readonly unwanted = new Set<string>();
  /** Samples refused because they came too late, were repeated, not finite or from the future. */
  refused = 0;

  constructor(options: ComputerOptions) {
    this.definitions = options.definitions.filter((definition) => definition.services.includes(options.service));
    this.declaredSources = new Set(options.definitions.map((definition) => definition.source));
    for (const source of options.sources) {
      this.latenessMs.set(source.name, source.latenessSeconds * 1000);
      this.sourceIntervalMs.set(source.name, source.intervalSeconds * 1000);
    }
    this.rings = new SampleRings(this.capacity());
  }

  private capacity(): number {
    let samples = 8;
    for (const { windowMs, intervalMs, source } of this.definitions) {
      samples = Math.max(samples, Math.ceil((windowMs + (this.latenessMs.get(source) ?? 0)) / intervalMs) + 4);
    }
    return samples;
  }

  /** Instances that exist now, in order of their keys. */
  known(): IndicatorInstance[] {
    return [...this.instances.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Newest timestamp of the shard in ms; -Infinity before the first sample. */
  get newestMs(): number {
    return this.newest;
  }

  /**
   * Takes a stored batch and hands every tick that became computable to `sink`. Samples of a batch are taken in order of
   * time, so their order in the batch does not matter. `nowMs` only serves to refuse samples from the future.
   */
  push(batch: ShardBatch, series: ReadonlyMap<string, SeriesRow>, nowMs: number, sink: TickSink): void {
    const { timestampMs, value, seriesIndex } = batch;
    const slots = new Int32Array(batch.seriesIds.length).fill(-2);
    let order: Uint32Array | undefined;
    for (let i = 1; i < timestampMs.length; i++) {
      if ((timestampMs[i] as number) < (timestampMs[i - 1] as number)) {
        order = Uint32Array.from(timestampMs, (_, index) => index);
        order.sort((a, b) => (timestampMs[a] as number) - (timestampMs[b] as number) || a - b);
        break;
      }
    }
    for (let i = 0; i < timestampMs.length; i++) {
      const index = order === undefined ? i : (order[i] as number);
      const at = timestampMs[index] as number;
      const sample = value[index] as number;
      if (!Number.isFinite(sample) || !(at <= nowMs + FUTURE_TOLERANCE_MS)) {
        this.refused++;
        continue;
      }
      if (at > this.newest) {
        if (this.newest !== Number.NEGATIVE_INFINITY) this.advance(sink);
        this.newest = at;
        this.forget();
      }
      const column = seriesIndex[index] as number;
      let slot = slots[column] as number;
      // A sweep may have moved the slots: look the series up again.
      const id = batch.seriesIds[column] as string;
      if (slot < 0 || this.rows[slot]?.id !== id) {
        slot = this.slotOf(id, series, at);
        slots[column] = slot;
      }
      if (slot < 0) continue;
      const row = this.rows[slot] as SeriesRow;
      if (!this.rings.insert(slot, at, sample, this.latenessMs.get(row.source) ?? 0)) this.refused++;
      this.observeTarget(row, at);
    }
    this.advance(sink);
  }

  private targetKey(row: SeriesRow): string {
    return `${row.source}/${row.metric}/${TARGET_LABELS.map((label) => row.labels[label] ?? '').join('/')}`;
  }

  private observeTarget(row: SeriesRow, at: number): void {
    const key = this.targetKey(row);
    const target = this.targets.get(key);
    if (target === undefined) this.targets.set(key, { newest: at, previous: Number.NEGATIVE_INFINITY });
    else if (at > target.newest) {
      target.previous = target.newest;
      target.newest = at;
    }
  }

  private slotOf(id: string, series: ReadonlyMap<string, SeriesRow>, at: number): number {
    const known = this.slotOfId.get(id);
    if (known !== undefined) return known;
    if (this.unwanted.has(id)) return -1;
    const row = series.get(id);
    if (row === undefined) return -1;
    const wanted = this.definitionsOf(row);
    if (wanted.length === 0) {
      this.unwanted.add(id);
      return -1;
    }
    const intervalMs = (wanted[0] as [IndicatorDefinition, readonly number[]])[0].intervalMs;
    const target = this.targets.get(this.targetKey(row));
    const before =
      target === undefined ? Number.NEGATIVE_INFINITY : target.newest < at ? target.newest : target.previous;
    // A counter that appears in a target which was read just before began at 0 since then.
    const slot = this.addSeries(row, before >= at - 2.5 * intervalMs);
    for (const [definition, roles] of wanted) this.join(definition, row, slot, roles, at);
    return slot;
  }

  private definitionsOf(row: SeriesRow): [IndicatorDefinition, readonly number[]][] {
    const wanted: [IndicatorDefinition, readonly number[]][] = [];
    for (const definition of this.definitions) {
      const roles = rolesOf(definition, row);
      if (roles.length > 0) wanted.push([definition, roles]);
    }
    if (wanted.length > 0 || this.declaredSources.has(row.source) || this.rawCount >= RAW_LIMIT) return wanted;
    const raw = rawDefinition(row, this.sourceIntervalMs.get(row.source));
    if (raw !== undefined) wanted.push([raw, [ROLE.value]]);
    return wanted;
  }

  private addSeries(row: SeriesRow, bornAtZero: boolean): number {
    const slot = this.rings.add();
    this.rows[slot] = row;
    this.keys[slot] = seriesKey(row);
    this.born[slot] = bornAtZero;
    this.slotOfId.set(row.id, slot);
    return slot;
  }

  private join(
    definition: IndicatorDefinition,
    row: SeriesRow,
    slot: number,
    roles: readonly number[],
    at: number,
  ): void {
    const raw = !this.declaredSources.has(row.source);
    const key = instanceKey(definition, row);
    let instance = this.instances.get(key);
    if (instance === undefined) {
      const nextTick = Math.ceil(at / definition.intervalMs) * definition.intervalMs;
      const labels = labelsBy(definition, row);
      instance = {
        key,
        definition,
        labels,
        view: raw ? 'raw' : definition.view,
        nextTick,
        emptyTicks: 0,
        slots: [[], []],
        members: [],
      };
      this.instances.set(key, instance);
      if (raw) this.rawCount++;
    }
    for (const role of roles) addMember(instance, slot, role, this.keys);
  }

  private isReady(instance: IndicatorInstance): boolean {
    const { intervalMs, source } = instance.definition;
    const tick = instance.nextTick;
    const latenessMs = this.latenessMs.get(source) ?? 0;
    if (this.newest >= tick + Math.max(intervalMs, latenessMs)) return true;
    if (this.newest < tick) return false;
    // Who is behind by less than the lateness is waited for, however many intervals that is.
    const oldest = tick - Math.max(LIVE_INTERVALS * intervalMs, latenessMs);
    for (const slot of instance.members) {
      const newest = this.rings.newest(slot);
      if (newest < tick && newest >= oldest) return false;
    }
    return true;
  }

  private advance(sink: TickSink): void {
    for (const instance of this.instances.values()) {
      while (this.isReady(instance)) this.tick(instance, sink);
    }
  }

  private tick(instance: IndicatorInstance, sink: TickSink): void {
    const { definition } = instance;
    const at = instance.nextTick;
    const value = valueAt(instance, this.input(definition.intervalMs), this.rows, at);
    instance.nextTick = at + definition.intervalMs;
    const reachable = instance.members.some(
      (slot) => this.rings.newest(slot) >= at - LIVE_INTERVALS * definition.intervalMs,
    );
    instance.emptyTicks = reachable ? 0 : instance.emptyTicks + 1;
    if (instance.emptyTicks > EMPTY_TICKS_BEFORE_JUMP) {
      const wait = Math.max(definition.intervalMs, this.latenessMs.get(definition.source) ?? 0);
      const present = Math.floor((this.newest - wait) / definition.intervalMs) * definition.intervalMs;
      instance.nextTick = Math.max(instance.nextTick, present);
    }
    sink(instance, at, value);
  }

  /**
   * Which labels a value comes from: for each label with several values among the instance's series, the value that has
   * more than its even share of what is counted (for a ratio, of its numerator). Shares in [0,1]; largest first.
   */
  labelShares(instance: IndicatorInstance, at: number): { label: string; value: string; share: number }[] {
    const { definition } = instance;
    const slots = instance.slots[0];
    const isCounter = definition.kind === 'rate' || (definition.kind === 'ratio' && definition.of === 'counter');
    const input = this.input(definition.intervalMs);
    const amounts = slots.map((slot) =>
      isCounter
        ? sumPresentIncreases(input, [slot], at, definition.windowMs)
        : Math.max(0, gaugeAt(input, slot, at) || 0),
    );
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    if (!(total > 0) || definition.kind === 'quantile') return [];
    const labels = new Set(slots.flatMap((slot) => Object.keys((this.rows[slot] as SeriesRow).labels)));
    const result: { label: string; value: string; share: number }[] = [];
    for (const label of [...labels].sort()) {
      const byValue = new Map<string, number>();
      slots.forEach((slot, i) => {
        const value = (this.rows[slot] as SeriesRow).labels[label] ?? '';
        byValue.set(value, (byValue.get(value) ?? 0) + (amounts[i] as number));
      });
      if (byValue.size < 2) continue;
      for (const [value, amount] of byValue) {
        const share = amount / total;
        if (share >= Math.min(0.9, 1.6 / byValue.size)) result.push({ label, value, share });
      }
    }
    return result.sort((a, b) => b.share - a.share || (a.label < b.label ? -1 : 1)).slice(0, 6);
  }

  private input(intervalMs: number): TickInput {
    return { rings: this.rings, bornAtZero: (slot) => this.born[slot] as boolean, intervalMs };
  }

  /** Drops series (and instances) that are long gone, at fixed marks of time so that batching cannot matter. */
  private forget(): void {
    const intervalMs = Math.max(1000, ...this.definitions.map((definition) => definition.intervalMs));
    const mark = Math.floor(this.newest / (FORGET_INTERVALS * intervalMs));
    if (mark === this.sweepMark) return;
    const first = Number.isNaN(this.sweepMark);
    this.sweepMark = mark;
    this.unwanted.clear();
    if (first) return;
    const oldest = this.newest - FORGET_INTERVALS * intervalMs;
    for (const [key, target] of this.targets) if (target.newest < oldest) this.targets.delete(key);
    if (this.rows.every((_, slot) => this.rings.newest(slot) >= oldest)) return;
    const record = new RecordWriter();
    this.write(record, (slot) => this.rings.newest(slot) >= oldest);
    this.read(new RecordReader(record.finish()));
  }

  /** The state as bytes: equal states, whatever the batches they came from, give equal bytes. */
  serialize(record: RecordWriter): void {
    this.write(record, () => true);
  }

  private write(record: RecordWriter, keep: (slot: number) => boolean): void {
    record.uint32(FORMAT).float64(this.newest).float64(this.sweepMark).uint32(this.refused);
    const slots = this.rows.map((_, slot) => slot).filter(keep);
    slots.sort((a, b) => ((this.keys[a] as string) < (this.keys[b] as string) ? -1 : 1));
    record.uint32(slots.length);
    for (const slot of slots) {
      const row = this.rows[slot] as SeriesRow;
      record
        .text(row.id)
        .text(row.source)
        .text(row.metric)
        .uint32(this.born[slot] ? 1 : 0);
      const labels = Object.keys(row.labels).sort();
      record.uint32(labels.length);
      for (const label of labels) record.text(label).text(row.labels[label] as string);
      this.rings.writeSlot(record, slot);
    }
    const kept = new Set(slots);
    const instances = this.known().filter((instance) => instance.members.some((slot) => kept.has(slot)));
    record.uint32(instances.length);
    for (const { key, nextTick, emptyTicks } of instances) record.text(key).float64(nextTick).uint32(emptyTicks);
    const targets = [...this.targets.keys()].sort();
    record.uint32(targets.length);
    for (const key of targets) {
      const target = this.targets.get(key) as { newest: number; previous: number };
      record.text(key).float64(target.newest).float64(target.previous);
    }
  }

  /** Restores what `serialize` wrote. Series that no definition wants any more are dropped. Throws on another format. */
  read(record: RecordReader): void {
    if (record.uint32() !== FORMAT)
      throw new Error('The indicator checkpoint is of another format: start this shard anew.');
    this.newest = record.float64();
    this.sweepMark = record.float64();
    this.refused = record.uint32();
    this.rings = new SampleRings(this.capacity());
    this.rows = [];
    this.keys = [];
    this.born = [];
    this.slotOfId = new Map();
    this.instances = new Map();
    this.targets = new Map();
    this.rawCount = 0;
    const count = record.uint32();
    for (let i = 0; i < count; i++) {
      const id = record.text();
      const source = record.text();
      const metric = record.text();
      const born = record.uint32() === 1;
      const labels: Record<string, string> = {};
      const labelCount = record.uint32();
      for (let l = 0; l < labelCount; l++) {
        const label = record.text();
        labels[label] = record.text();
      }
      const row: SeriesRow = { id, source, metric, labels };
      const slot = this.addSeries(row, born);
      this.rings.readSlot(record, slot);
      for (const [definition, roles] of this.definitionsOf(row))
        this.join(definition, row, slot, roles, this.rings.newest(slot));
    }
    const instanceCount = record.uint32();
    for (let i = 0; i < instanceCount; i++) {
      const instance = this.instances.get(record.text());
      const nextTick = record.float64();
      const emptyTicks = record.uint32();
      if (instance === undefined) continue;
      instance.nextTick = nextTick;
      instance.emptyTicks = emptyTicks;
    }
    const targetCount = record.uint32();
    for (let i = 0; i < targetCount; i++) {
      const key = record.text();
      const newest = record.float64();
      this.targets.set(key, { newest, previous: record.float64() });
    }
  }
}
