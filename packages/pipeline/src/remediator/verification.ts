import type { Run, Verification, VerificationSignal, VerificationSpec } from '@autoops/contracts';
import { signalText } from '../plan/measure-text.ts';

/** Values of one verification signal on its grid, newest last; times in ms since the epoch, NaN is a gap. No unit where nothing was read. */
export interface SignalPoints {
  readonly unit?: string;
  readonly timestampMs: readonly number[];
  readonly value: readonly number[];
}

/** What verification looks at: the points of each signal of the spec (same order), and the ready replicas of the services touched. */
export interface VerificationFacts {
  readonly now: Date;
  readonly points: readonly SignalPoints[];
  readonly readyReplicas: SignalPoints | undefined;
}

type Sample = Verification['samples'][number];

/** A verification that saw nothing new is recorded this often all the same, so that the record tells when somebody last looked. */
export const RECORD_LOOK_MS = 2_000;
/** A longer silence between two recorded looks means that no worker lived. Shorter ones are covered by `graceMs`. */
const UNWATCHED_AFTER_MS = 2 * RECORD_LOOK_MS;

const holds: Readonly<Record<VerificationSignal['op'], (value: number, bound: number) => boolean>> = {
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
};

/** True while the signal is within its bound. */
export function isGood(signal: Pick<VerificationSignal, 'op' | 'bound'>, value: number): boolean {
  return holds[signal.op](value, signal.bound);
}

/** The name of a signal within a verification. */
export function signalKey(signal: VerificationSignal, index: number): string {
  return `${index}:${signal.signal.service ?? ''}/${signal.signal.indicator}`;
}

/** How bad a value is: what the bound limits from above as it is, what it limits from below by how far it falls short. */
function badness(signal: VerificationSignal, value: number): number {
  return signal.op === 'lt' || signal.op === 'lte' ? value : signal.bound - value;
}

function tolerated(signal: VerificationSignal): number {
  return signal.op === 'lt' || signal.op === 'lte' ? signal.bound : 0;
}

/** A verification that starts now. `facts` reach back before the first dispatch: the worst there decides between harmful and ineffective. */
export function beginVerification(spec: VerificationSpec, facts: VerificationFacts, firstDispatch: Date): Verification {
  const worstBefore: Record<string, number> = {};
  const before = firstDispatch.getTime();
  spec.signals.forEach((signal, index) => {
    const points = facts.points[index];
    const values = (points?.timestampMs ?? []).flatMap((at, position) => {
      const value = points?.value[position] ?? Number.NaN;
      return at <= before && at > before - 60_000 && Number.isFinite(value) ? [badness(signal, value)] : [];
    });
    if (values.length > 0) worstBefore[signalKey(signal, index)] = Math.max(...values);
  });
  const ready = lastBefore(facts.readyReplicas, before);
  if (ready !== undefined) worstBefore['ready_replicas'] = ready;
  return {
    state: spec.settleSeconds > 0 ? 'settling' : 'window',
    startedAt: facts.now.toISOString(),
    ...(spec.settleSeconds > 0 ? {} : window(facts.now.getTime(), spec, undefined)),
    watchedAt: facts.now.toISOString(),
    worstBefore,
    samples: [],
    reason:
      spec.settleSeconds > 0
        ? `Settling for at most ${spec.settleSeconds} s.`
        : `Watching for ${spec.windowSeconds} s.`,
  };
}

/**
 * Judges a verification again from the stored points: settle, window, samples and what counts as bad are loop.md "Times".
 * It recomputes everything since the start, so that a restarted worker sees the same samples, and has the time left that was left
 * when the last one died (remediation.md K10). Missing data is never success.
 */
export function advanceVerification(
  before: Verification,
  spec: VerificationSpec,
  facts: VerificationFacts,
): Verification {
  if (before.state === 'done' || before.startedAt === undefined) return before;
  const started = new Date(before.startedAt).getTime();
  const now = facts.now.getTime();
  const current = look(before, now);
  const settleEnd = afterWatching(started, spec.settleSeconds, current.unwatched);

  const settle = spec.signals.map((signal, index) =>
    samplesOf(signal, facts.points[index], started, settleEnd, spec, 'settle'),
  );
  const earlyEnd = spec.settleEndsEarly ? firstAllGood(settle, spec) : undefined;
  const settled = settle.map((samples) =>
    samples.filter((sample) => earlyEnd === undefined || new Date(sample.at).getTime() <= earlyEnd),
  );
  const fewer = fewerReplicas(current, facts.readyReplicas, started, earlyEnd ?? settleEnd);
  if (fewer !== undefined) return done(current, settled.flat(), 'harmful', fewer);
  const hurt = spec.signals.findIndex((signal, index) => badInSettle(signal, index, settled[index] ?? [], current));
  if (hurt >= 0) return judgeBad(current, settled.flat(), spec, hurt, 'settling');

  const windowStart = earlyEnd ?? settleEnd;
  if (earlyEnd === undefined && now < settleEnd) {
    return {
      ...current,
      state: 'settling',
      samples: settled.flat(),
      reason: `Settling for at most ${spec.settleSeconds} s.`,
    };
  }
  const end = afterWatching(windowStart, spec.windowSeconds, current.unwatched);
  const windows = spec.signals.map((signal, index) =>
    samplesOf(signal, facts.points[index], windowStart, end, spec, 'window'),
  );
  const samples = [...settled.flat(), ...windows.flat()];
  const bad = windows.findIndex((list) =>
    list.some((sample, position) => !sample.good && list[position - 1]?.good === false),
  );
  const inWindow = { ...current, ...window(windowStart, spec, current.unwatched), state: 'window' as const, samples };
  if (bad >= 0) return judgeBad(inWindow, samples, spec, bad, 'the window');

  const fewest = Math.min(...windows.map((list) => list.length));
  if (now >= end && fewest >= spec.minSamples) {
    return done(
      inWindow,
      samples,
      'verified',
      `Every signal stayed within its bound for ${spec.windowSeconds} s (${fewest} samples each).`,
    );
  }
  if (now >= end + graceMs(spec)) {
    return done(
      inWindow,
      samples,
      'inconclusive',
      `Only ${fewest} of ${spec.minSamples} samples came in: no data is not success.`,
    );
  }
  return { ...inWindow, reason: `Watching for ${spec.windowSeconds} s: ${fewest} of ${spec.minSamples} samples.` };
}

function window(
  startMs: number,
  spec: VerificationSpec,
  unwatched: Verification['unwatched'],
): Pick<Verification, 'windowStartedAt' | 'endsAt'> {
  return {
    windowStartedAt: new Date(startMs).toISOString(),
    endsAt: new Date(afterWatching(startMs, spec.windowSeconds, unwatched)).toISOString(),
  };
}

/** The verification as somebody looks at it now: a long silence since the last recorded look was watched by nobody. */
function look(current: Verification, now: number): Verification {
  const last = new Date(current.watchedAt ?? current.startedAt ?? now).getTime();
  const span = { from: new Date(last).toISOString(), to: new Date(now).toISOString() };
  return {
    ...current,
    watchedAt: span.to,
    unwatched: [...(current.unwatched ?? []), ...(now - last > UNWATCHED_AFTER_MS ? [span] : [])],
  };
}

/** When `seconds` of watched time are over, counted from `from` (ms); `unwatched` is in order. */
function afterWatching(from: number, seconds: number, unwatched: Verification['unwatched']): number {
  let end = from + seconds * 1000;
  for (const span of unwatched ?? []) {
    const begin = Math.max(from, new Date(span.from).getTime());
    if (begin < end) end += Math.max(0, new Date(span.to).getTime() - begin);
  }
  return end;
}

/** How long after the window samples are waited for: points arrive a scrape and a scoring later than they happen. */
function graceMs(spec: VerificationSpec): number {
  return Math.max(5_000, 2 * spec.sampleSeconds * 1000);
}

/**
 * Samples are `sampleSeconds` apart, the first one that long after `from`, so that none overlaps what came before. Those after the
 * window's end count only until there are enough.
 */
function samplesOf(
  signal: VerificationSignal,
  points: SignalPoints | undefined,
  from: number,
  to: number,
  spec: VerificationSpec,
  phase: 'settle' | 'window',
): readonly Sample[] {
  const samples: Sample[] = [];
  const spacing = spec.sampleSeconds * 1000;
  let due = from + spacing;
  (points?.timestampMs ?? []).forEach((at, index) => {
    const value = points?.value[index] ?? Number.NaN;
    const late = phase === 'settle' ? to : to + graceMs(spec);
    if (at < due || at > late || !Number.isFinite(value)) return;
    if (at > to && samples.length >= spec.minSamples) return;
    samples.push({
      at: new Date(at).toISOString(),
      indicator: signal.signal.indicator,
      service: signal.signal.service ?? 'unknown',
      value,
      ...(points?.unit === undefined ? {} : { unit: points.unit }),
      good: isGood(signal, value),
      phase,
      source: signal.source,
    });
    due = at + spacing;
  });
  return samples;
}

/** The time by which every signal has had a good sample, or undefined. */
function firstAllGood(settle: readonly (readonly Sample[])[], spec: VerificationSpec): number | undefined {
  const firsts = settle.map((samples) => samples.find((sample) => sample.good)?.at);
  if (firsts.length < spec.signals.length || firsts.some((at) => at === undefined)) return undefined;
  return Math.max(...firsts.map((at) => new Date(at ?? 0).getTime()));
}

/** In settle only 2 samples above max(bound, 3 x the worst before dispatch) are bad. */
function badInSettle(
  signal: VerificationSignal,
  index: number,
  samples: readonly Sample[],
  current: Verification,
): boolean {
  const worst = current.worstBefore[signalKey(signal, index)] ?? 0;
  const limit = Math.max(tolerated(signal), 3 * worst);
  return samples.filter((sample) => !sample.good && badness(signal, sample.value) > limit).length >= 2;
}

function fewerReplicas(
  current: Verification,
  ready: SignalPoints | undefined,
  from: number,
  to: number,
): string | undefined {
  const before = current.worstBefore['ready_replicas'];
  if (before === undefined || ready === undefined) return undefined;
  const low = ready.timestampMs.filter(
    (at, index) => at > from && at <= to && (ready.value[index] ?? Number.NaN) < before,
  );
  // Two ticks, so that a replica that is being restarted right then does not count.
  return low.length >= 2 && (ready.value.at(-1) ?? before) < before
    ? `Fewer ready replicas than before (${before}).`
    : undefined;
}

function judgeBad(
  current: Verification,
  samples: readonly Sample[],
  spec: VerificationSpec,
  index: number,
  where: string,
): Verification {
  const signal = spec.signals[index];
  if (signal === undefined) return current;
  const worst = current.worstBefore[signalKey(signal, index)];
  const seen = samples
    .filter((sample) => sample.indicator === signal.signal.indicator && !sample.good)
    .map((sample) => badness(signal, sample.value));
  const worseThanBefore = worst !== undefined && Math.max(...seen) > worst;
  return done(
    current,
    samples,
    worseThanBefore ? 'harmful' : 'ineffective',
    `The ${signalText(signal.signal.indicator, signal.signal.service ?? 'service', signal.signal.labels)} was outside its bound in ${where}${
      worseThanBefore ? ', and worse than before the run' : ', not better than before the run'
    }.`,
  );
}

function done(
  current: Verification,
  samples: readonly Sample[],
  verdict: NonNullable<Verification['verdict']>,
  reason: string,
): Verification {
  return { ...current, state: 'done', verdict, samples: [...samples], reason };
}

function lastBefore(points: SignalPoints | undefined, atMs: number): number | undefined {
  const index =
    points?.timestampMs.findLastIndex((at, position) => at <= atMs && Number.isFinite(points.value[position])) ?? -1;
  return index < 0 ? undefined : points?.value[index];
}

/** When the first bytes of a run left; verification compares with what was before. After a canary only the run's start still tells. */
export function firstDispatchOf(run: Run): Date {
  const times = run.steps.flatMap((step) =>
    step.dispatchedAt === undefined ? [] : [new Date(step.dispatchedAt).getTime()],
  );
  const canary = run.steps.some((step) => step.canary.state !== 'not-needed');
  const start = new Date(run.startedAt ?? run.createdAt).getTime();
  return new Date(canary || times.length === 0 ? start : Math.min(...times));
}
