import type { Anomaly } from '@autoops/contracts';
import { canonicalJson, digestOf, sha256Hex, uuidV5 } from '@autoops/digest';
import { FORECASTER_ENGINE, FORECASTER_VERSION } from './forecast-incident.ts';

/** An indicator's newest values; NaN is a gap. */
export interface Recent {
  readonly timestampMs: readonly number[];
  readonly value: readonly number[];
}

export interface ServiceForecastInput {
  readonly workspaceId: string;
  readonly service: string;
  readonly environment: string;
  readonly source: string;
  readonly intervalMs: number;
  /** Operations per second (`request_rate`, or `client_rate`): demand without retries. At least the last 3 minutes. */
  readonly demand: Recent;
  /** Share of the capacity in use, in [0,1], over the same time. */
  readonly saturation: Recent;
  readonly now: Date;
}

/** What is to come for a service's capacity if demand stays as it is now. */
export interface CapacityForecast {
  readonly demandNow: number;
  readonly demandBefore: number;
  /** Demand now over before. */
  readonly growth: number;
  readonly saturationNow: number;
  /** Saturation that the present demand leads to (from how both went together before), with an 80 % interval. */
  readonly projected: { readonly p10: number; readonly p50: number; readonly p90: number };
  /** Probability that the projection is above BREACH. */
  readonly breachProbability: number;
  /** `high`: much of the capacity is in use, but demand is not stepping up; an open forecast anomaly goes on. */
  readonly state: 'insufficient-history' | 'calm' | 'high' | 'heading-up';
  /** Present while heading up: what opens an incident of source `forecast`. */
  readonly anomaly: Anomaly | undefined;
  /** What the anomaly was made from, to be stored with it for replay. */
  readonly snapshot: Uint8Array | undefined;
}

/** Above this share of capacity queues grow without bound at the slightest burst: it tips. */
const BREACH = 0.8;
/** Ends the alarm: clearly below, so that it does not flap. */
const CALM = 0.7;
const GROWTH = 1.25;
const NOW_TICKS = 8;
const BEFORE_TICKS = 120;
const GAP_TICKS = 20;
const MINIMUM_TICKS = 40;
const SURE = 0.8;

function known(series: Recent, fromMs: number, toMs: number): number[] {
  const values: number[] = [];
  series.timestampMs.forEach((at, i) => {
    const value = series.value[i] as number;
    if (at > fromMs && at <= toMs && Number.isFinite(value)) values.push(value);
  });
  return values;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1));
}

/** P(X <= x) of a standard normal (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normalCumulative(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    Math.exp((-x * x) / 2) *
    0.3989422804 *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}

/**
 * Looks whether demand has stepped up so far that the service's capacity will not hold, before users feel it: compares the
 * last 8 ticks with the two minutes before, and projects saturation from how it went with demand then. A storm of retries does
 * not count: demand is operations, not attempts. Pure.
 */
export function forecastService(input: ServiceForecastInput): CapacityForecast {
  const { demand, saturation, intervalMs, now } = input;
  const newest = demand.timestampMs.at(-1) ?? now.getTime();
  const splitMs = newest - NOW_TICKS * intervalMs;
  const endMs = newest - GAP_TICKS * intervalMs;
  const startMs = endMs - BEFORE_TICKS * intervalMs;
  const demandNowValues = known(demand, splitMs, newest);
  const saturationNowValues = known(saturation, splitMs, newest);
  const before = known(demand, startMs, endMs);
  const saturationBefore = known(saturation, startMs, endMs);
  const nothing = {
    demandNow: 0,
    demandBefore: 0,
    growth: 1,
    saturationNow: 0,
    projected: { p10: 0, p50: 0, p90: 0 },
    breachProbability: 0,
  };
  if (
    before.length < MINIMUM_TICKS ||
    saturationBefore.length < MINIMUM_TICKS ||
    demandNowValues.length < 4 ||
    saturationNowValues.length < 4
  ) {
    return { ...nothing, state: 'insufficient-history', anomaly: undefined, snapshot: undefined };
  }
  const demandNow = mean(demandNowValues);
  const demandBefore = mean(before);
  const saturationNow = mean(saturationNowValues);
  const growth = demandBefore > 0 ? demandNow / demandBefore : 1;
  const middle = Math.min(1, mean(saturationBefore) * growth);
  // Both means are uncertain by their own spread; neighbouring ticks overlap, so a third of them count.
  const relative = Math.hypot(
    deviation(demandNowValues) / Math.sqrt(demandNowValues.length / 3) / Math.max(demandNow, Number.MIN_VALUE),
    deviation(saturationBefore) /
      Math.sqrt(saturationBefore.length / 3) /
      Math.max(mean(saturationBefore), Number.MIN_VALUE),
  );
  const spread = Math.max(0.005, middle * relative);
  const breachProbability = normalCumulative((middle - BREACH) / spread);
  const headingUp = growth >= GROWTH && breachProbability >= SURE && saturationNow >= CALM;
  const projected = {
    p10: Math.max(0, middle - 1.2816 * spread),
    p50: middle,
    p90: Math.min(1, middle + 1.2816 * spread),
  };
  const result = { demandNow, demandBefore, growth, saturationNow, projected, breachProbability };
  const state = headingUp ? 'heading-up' : saturationNow < CALM ? 'calm' : 'high';
  if (!headingUp) return { ...result, state, anomaly: undefined, snapshot: undefined };
  const snapshot = snapshotOf(input);
  return { ...result, state, anomaly: anomalyOf(input, result, newest, snapshot), snapshot };
}

/** Whether an open anomaly of kind `forecast` has ended: the capacity in use is clearly below the breach again. */
export function forecastEnded(forecast: CapacityForecast): boolean {
  return forecast.state === 'calm';
}

const gaps = ({ timestampMs, value }: Recent) => ({
  timestampMs,
  value: value.map((each) => (Number.isFinite(each) ? each : null)),
});

function snapshotOf(input: ServiceForecastInput): Uint8Array {
  const { workspaceId, service, environment, source, intervalMs, demand, saturation, now } = input;
  return new TextEncoder().encode(
    canonicalJson({
      workspaceId,
      service,
      environment,
      source,
      intervalMs,
      demand: gaps(demand),
      saturation: gaps(saturation),
      now: now.toISOString(),
    }),
  );
}

/** Makes a forecast anomaly's decision again from what is stored with it; `undefined` when nothing is heading up by it now. */
export function replayServiceForecast(snapshot: Uint8Array): Anomaly['decision'] | undefined {
  const input = JSON.parse(new TextDecoder().decode(snapshot)) as ServiceForecastInput & { readonly now: string };
  const revived = ({ timestampMs, value }: Recent): Recent => ({
    timestampMs,
    value: value.map((each: number | null) => each ?? Number.NaN),
  });
  return forecastService({
    ...input,
    demand: revived(input.demand),
    saturation: revived(input.saturation),
    now: new Date(input.now),
  }).anomaly?.decision;
}

function anomalyOf(
  input: ServiceForecastInput,
  result: Omit<CapacityForecast, 'state' | 'anomaly' | 'snapshot'>,
  newest: number,
  snapshot: Uint8Array,
): Anomaly {
  const at = new Date(newest).toISOString();
  const { workspaceId, service, environment, source } = input;
  return {
    id: uuidV5('forecast-anomaly', workspaceId, environment, service, at),
    service,
    environment,
    indicator: 'saturation',
    unit: 'ratio',
    labels: {},
    source,
    kind: 'forecast',
    direction: 'up',
    severity: 'medium',
    score: result.breachProbability,
    novelty: 0,
    deviation: result.growth,
    winningView: 'demand-against-capacity',
    observed: result.saturationNow,
    expected: result.saturationNow / Math.max(result.growth, Number.MIN_VALUE),
    bandLow: result.projected.p10,
    bandHigh: result.projected.p90,
    openedAt: at,
    lastAt: at,
    context: { labelsDiffering: [], changesBefore: [] },
    decision: {
      engine: FORECASTER_ENGINE,
      version: FORECASTER_VERSION,
      inputDigest: sha256Hex(snapshot),
      outputDigest: digestOf(result),
    },
  };
}
