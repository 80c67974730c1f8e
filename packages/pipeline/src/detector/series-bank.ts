import { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { engineConfiguration } from './engine/configuration.ts';
import { scoreTick } from './scoring.ts';
import { freshAxes, SeriesAxes } from './series-axes.ts';
import {
  emptyScore,
  renewBase,
  RING,
  S,
  SCALARS,
  type ScoringSpec,
  type SeriesState,
  type TickScore,
} from './series-state.ts';
import { binsOf } from './views.ts';

const FORMAT = 2;
/** The format before: series with prototypes of their own. */
const FORMER_FORMAT = 1;
const SNAPSHOT_FORMAT = 2;

/** Numbers in a series' season profile. */
export function profileSize(spec: ScoringSpec): number {
  return spec.seasonsMs.reduce((sum, seasonMs) => sum + binsOf(seasonMs), 0);
}

/** State of a series that has seen nothing yet: everything is allocated here, nothing per tick. */
export function newSeriesState(spec: ScoringSpec): SeriesState {
  const profile = profileSize(spec);
  const scalars = new Float64Array(2 * SCALARS + RING);
  const floats = new Float32Array(2 * profile);
  const state: SeriesState = {
    scalars: scalars.subarray(0, SCALARS),
    ring: scalars.subarray(2 * SCALARS),
    profile: floats.subarray(0, profile),
    axes: new SeriesAxes(spec),
    base: {
      scalars: scalars.subarray(SCALARS, 2 * SCALARS),
      profile: floats.subarray(profile),
      axes: freshAxes().slice(),
    },
  };
  state.profile.fill(Number.NaN);
  state.base.profile.fill(Number.NaN);
  for (const { scalars: each } of [state, state.base]) {
    each[S.bin0] = -1;
    each[S.bin1] = -1;
  }
  return state;
}

/** Bytes of a series' state as kept in memory. */
export function stateBytes(spec: ScoringSpec): number {
  return 8 * (2 * SCALARS + RING) + 8 * profileSize(spec) + 2 * freshAxes().byteLength;
}

function writeState(record: RecordWriter, state: SeriesState): void {
  record.uint32(state.profile.length);
  for (const part of [state, state.base]) record.float64s(part.scalars).float32s(part.profile);
  record.float64s(state.ring);
  const axes = new Uint32Array(freshAxes().length);
  state.axes.copyTo(axes);
  record.sparse(axes, freshAxes()).sparse(state.base.axes, axes);
}

/** `sameEngine`: false where the axes were another engine's; they begin anew, what decides goes on. */
function readState(record: RecordReader, spec: ScoringSpec, sameEngine: boolean): SeriesState {
  const profile = record.uint32();
  if (profile !== profileSize(spec))
    throw new Error('The season lengths changed since the checkpoint: start this series anew.');
  const state = newSeriesState(spec);
  for (const part of [state, state.base]) {
    record.float64sInto(part.scalars);
    record.float32sInto(part.profile);
  }
  record.float64sInto(state.ring);
  const axes = record.sparse(freshAxes());
  const base = record.sparse(axes);
  if (sameEngine) {
    state.base.axes.set(base);
    state.axes.copyFrom(axes);
  } else renewBase(state);
  return state;
}

/** Passes over the series of the format before: its prototypes and its scalars mean nothing to this scorer. */
function skipFormer(record: RecordReader): void {
  const [scalars, prototypes] = [47, 48];
  for (let left = record.uint32(); left > 0; left -= 1) {
    record.text();
    record.text();
    const floats = record.uint32() + prototypes;
    record.skip(2 * (8 * scalars + 4 * floats) + 8 * RING);
  }
}

function sameShape(a: ScoringSpec, b: ScoringSpec): boolean {
  return (
    profileSize(a) === profileSize(b) &&
    a.preset === b.preset &&
    a.intervalMs === b.intervalMs &&
    a.seasonsMs[0] === b.seasonsMs[0]
  );
}

const specTexts = new WeakMap<ScoringSpec, string>();

function specText(spec: ScoringSpec): string {
  const known = specTexts.get(spec);
  if (known !== undefined) return known;
  const text = JSON.stringify(spec);
  specTexts.set(spec, text);
  return text;
}

/** The scored series of a shard by key. */
export class SeriesBank {
  /** Why what was read of a checkpoint is less than what was written. */
  restartedBecause: string | undefined;
  private readonly states = new Map<string, { readonly spec: ScoringSpec; readonly state: SeriesState }>();

  /** The series' state; a new one, or one anew when its grid or its season lengths changed. */
  of(key: string, spec: ScoringSpec): SeriesState {
    const known = this.states.get(key);
    if (known !== undefined && (known.spec === spec || sameShape(known.spec, spec))) {
      if (known.spec !== spec) this.states.set(key, { spec, state: known.state });
      return known.state;
    }
    const state = newSeriesState(spec);
    this.states.set(key, { spec, state });
    return state;
  }

  get(key: string): SeriesState | undefined {
    return this.states.get(key)?.state;
  }

  /** Forgets series for which `keep` says no. */
  retain(keep: (key: string, state: SeriesState) => boolean): void {
    for (const [key, { state }] of this.states) if (!keep(key, state)) this.states.delete(key);
  }

  /** Samples seen of the series that has seen most: the service's "learning, 12 of 60 samples". */
  samples(): number {
    let most = 0;
    for (const { state } of this.states.values()) most = Math.max(most, state.scalars[S.count] as number);
    return most;
  }

  serialize(record: RecordWriter): void {
    const keys = [...this.states.keys()].sort();
    record.uint32(FORMAT).text(engineConfiguration().digest).uint32(keys.length);
    for (const key of keys) {
      const { spec, state } = this.states.get(key) as { spec: ScoringSpec; state: SeriesState };
      record.text(key).text(specText(spec));
      writeState(record, state);
    }
  }

  static read(record: RecordReader): SeriesBank {
    const format = record.uint32();
    const bank = new SeriesBank();
    if (format === FORMER_FORMAT) {
      skipFormer(record);
      bank.restartedBecause = 'The series were scored by another engine: they are learned anew.';
      return bank;
    }
    if (format !== FORMAT) throw new Error('The detector checkpoint is of another format: start this shard anew.');
    const sameEngine = record.text() === engineConfiguration().digest;
    if (!sameEngine) bank.restartedBecause = 'The engine changed: novelty and deviation are learned anew.';
    const count = record.uint32();
    for (let i = 0; i < count; i++) {
      const key = record.text();
      const spec = JSON.parse(record.text()) as ScoringSpec;
      bank.states.set(key, { spec, state: readState(record, spec, sameEngine) });
    }
    return bank;
  }
}

/** What a decision stood on: the series' state before its window and the values since. */
export function snapshotOf(state: SeriesState, spec: ScoringSpec, changesMs: readonly number[]): Uint8Array {
  const record = new RecordWriter();
  const age = Math.min(state.scalars[S.baseAge] as number, RING);
  record
    .uint32(SNAPSHOT_FORMAT)
    .text(engineConfiguration().digest)
    .text(JSON.stringify(spec))
    .uint32(age)
    .float64(state.scalars[S.lastAt] as number);
  record.uint32(changesMs.length);
  for (const change of changesMs) record.float64(change);
  record.float64s(state.base.scalars).float32s(state.base.profile).sparse(state.base.axes, freshAxes());
  record.float64s(state.ring);
  return record.finish();
}

/** A decision computed again from its snapshot: the score of its last tick. Throws on a snapshot of another format or engine. */
export function replaySnapshot(snapshot: Uint8Array): {
  readonly score: TickScore;
  readonly at: number;
  readonly observed: number;
} {
  const record = new RecordReader(snapshot);
  if (record.uint32() !== SNAPSHOT_FORMAT || record.text() !== engineConfiguration().digest)
    throw new Error('The snapshot is of another engine: replay it with the one that wrote it.');
  const spec = JSON.parse(record.text()) as ScoringSpec;
  const age = record.uint32();
  const lastAt = record.float64();
  const changesMs = Array.from({ length: record.uint32() }, () => record.float64());
  const state = newSeriesState(spec);
  record.float64sInto(state.scalars);
  record.float32sInto(state.profile);
  state.axes.copyFrom(record.sparse(freshAxes()));
  record.float64sInto(state.ring);
  const head = state.scalars[S.ringHead] as number;
  const values = Array.from({ length: age }, (_, i) => state.ring[(head + i) % RING] as number);
  // What was in the ring further back than it reaches now has been overwritten since: unknown here.
  state.scalars[S.ringCount] = Math.min(state.scalars[S.ringCount] as number, RING - age);
  const score = emptyScore();
  let at = lastAt - age * spec.intervalMs;
  for (const value of values) {
    at += spec.intervalMs;
    if (state.scalars[S.ringCount] === 0) state.scalars[S.lastAt] = at - spec.intervalMs;
    scoreTick(state, spec, at, value, changesMs, score);
  }
  return { score, at, observed: values.at(-1) ?? Number.NaN };
}
