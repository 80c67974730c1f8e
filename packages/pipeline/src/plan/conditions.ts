import { durationText, indicatorName } from '@autoops/charts';
import type { Anomaly, ChangeEvent, Condition, Forecast, Json, LogRecord, PrecheckResult } from '@autoops/contracts';
import type { IndicatorWindow } from '../ports/readers.ts';
import type { TargetState } from '../ports/target-connector.ts';
import { signalText, valueText } from './measure-text.ts';
import { currentValue, serviceOf, slopePerSecond, windowsOf, type SignalScope } from './signal-value.ts';

/** What conditions are read from; `target` is the one they are asked about. */
export interface ConditionContext {
  readonly now: Date;
  readonly environment: string;
  readonly incidentService: string;
  readonly target: TargetState | undefined;
  readonly indicators: readonly IndicatorWindow[];
  readonly anomalies: readonly Anomaly[];
  readonly changes: readonly ChangeEvent[];
  readonly logs: readonly LogRecord[];
  readonly forecast: Forecast | undefined;
}

/** A condition's answer. `known` is false where there is no data: such a condition does not hold, and a precheck on it fails. */
export interface ConditionResult {
  readonly id: string;
  readonly title: string;
  readonly holds: boolean;
  readonly known: boolean;
  /** One sentence with the numbers that it was decided on. */
  readonly fact: string;
  readonly indicator?: string;
  readonly service?: string;
  readonly view?: IndicatorWindow['view'];
  /** The label value that stands out, for an outlier. */
  readonly standsOut?: string;
}

type Comparison = 'lt' | 'lte' | 'gt' | 'gte' | 'eq' | 'ne';
type Of<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;
type Answer = Omit<ConditionResult, 'id' | 'title'>;

const WORDS: Readonly<Record<Comparison, string>> = {
  lt: 'below',
  lte: 'at most',
  gt: 'above',
  gte: 'at least',
  eq: 'equal to',
  ne: 'other than',
};

function compare(left: number, op: Comparison, right: number): boolean {
  switch (op) {
    case 'lt':
      return left < right;
    case 'lte':
      return left <= right;
    case 'gt':
      return left > right;
    case 'gte':
      return left >= right;
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
  }
}

const unknown = (fact: string): Answer => ({ holds: false, known: false, fact });
const bounded = (holds: boolean, op: Comparison, bound: string): string =>
  `${holds ? '' : 'not '}${WORDS[op]} ${bound}`;

/** Answers one condition with the fact that it was decided on. Pure: the same context gives the same answer. */
export function evaluateCondition(condition: Condition, context: ConditionContext): ConditionResult {
  return { id: condition.id, title: condition.title, ...answer(condition, context) };
}

function answer(condition: Condition, context: ConditionContext): Answer {
  switch (condition.kind) {
    case 'signal':
      return signalAnswer(condition, context);
    case 'reports':
      return reportsAnswer(condition, context);
    case 'compare':
      return compareAnswer(condition, context);
    case 'trend':
      return trendAnswer(condition, context);
    case 'outlier':
      return outlierAnswer(condition, context);
    case 'anomaly':
      return anomalyAnswer(condition, context);
    case 'change':
      return changeAnswer(condition, context);
    case 'log':
      return logAnswer(condition, context);
    case 'forecast':
      return forecastAnswer(condition, context);
    case 'target':
      return targetAnswer(condition, context);
  }
}

function scopeOf(context: ConditionContext): SignalScope {
  return { ...context, targetService: context.target?.target.service };
}

interface Reading {
  readonly window: IndicatorWindow;
  readonly value: number;
}

/** Of several series the one nearest to fulfilling the bound: "some replica above" is meant, not a mean over them. */
function reading(signal: Of<'signal'>['signal'], op: Comparison, context: ConditionContext): Reading | undefined {
  const found = windowsOf(signal, scopeOf(context)).flatMap((window): Reading[] => {
    const value = currentValue(window, context.now);
    return value === undefined ? [] : [{ window, value }];
  });
  const better = (a: Reading, b: Reading): boolean =>
    op === 'gt' || op === 'gte' ? b.value > a.value : b.value < a.value;
  return found.reduce<Reading | undefined>(
    (best, next) => (best === undefined || better(best, next) ? next : best),
    undefined,
  );
}

function noData(signal: Of<'signal'>['signal'], context: ConditionContext): Answer {
  const service = serviceOf(signal, scopeOf(context)) ?? 'the target';
  return unknown(`no recent value of ${signalText(signal.indicator, service, signal.labels)}`);
}

function measured({ window }: Reading): Pick<ConditionResult, 'indicator' | 'service' | 'view'> {
  return { indicator: window.indicator, service: window.service, view: window.view };
}

function signalAnswer({ signal, op, value: bound }: Of<'signal'>, context: ConditionContext): Answer {
  const found = reading(signal, op, context);
  if (found === undefined) return noData(signal, context);
  const { window, value } = found;
  const holds = compare(value, op, bound);
  const fact = `${signalText(window.indicator, window.service, window.labels)} is ${valueText(value, window.unit)}, ${bounded(holds, op, valueText(bound, window.unit))}`;
  return { holds, known: true, fact, ...measured(found) };
}

function reportsAnswer({ signal }: Of<'reports'>, context: ConditionContext): Answer {
  const found = reading(signal, 'gte', context);
  if (found === undefined) return noData(signal, context);
  const { window, value } = found;
  const fact = `${signalText(window.indicator, window.service, window.labels)} is reported, now ${valueText(value, window.unit)}`;
  return { holds: true, known: true, fact, ...measured(found) };
}

function compareAnswer({ signal, op, than, factor }: Of<'compare'>, context: ConditionContext): Answer {
  const left = reading(signal, op, context);
  const right = reading(than, op, context);
  if (left === undefined) return noData(signal, context);
  if (right === undefined) return noData(than, context);
  const bound = right.value * factor;
  const holds = compare(left.value, op, bound);
  const name = ({ window }: Reading): string => signalText(window.indicator, window.service, window.labels);
  const times = factor === 1 ? '' : `${factor} times `;
  const fact = `${name(left)} is ${valueText(left.value, left.window.unit)}, ${bounded(holds, op, `${times}${name(right)} (${valueText(right.value, right.window.unit)})`)}`;
  return { holds, known: true, fact, ...measured(left) };
}

function trendAnswer({ signal, op, perSecond, overSeconds }: Of<'trend'>, context: ConditionContext): Answer {
  const slopes = windowsOf(signal, scopeOf(context)).flatMap((window): Reading[] => {
    const value = slopePerSecond(window, context.now, overSeconds);
    return value === undefined ? [] : [{ window, value }];
  });
  const found = slopes.reduce<Reading | undefined>(
    (best, next) => (best === undefined || Math.abs(next.value) > Math.abs(best.value) ? next : best),
    undefined,
  );
  if (found === undefined) return noData(signal, context);
  const { window, value } = found;
  const holds = compare(value, op, perSecond);
  const perMinute = (slope: number): string => `${valueText(slope * 60, window.unit)} a minute`;
  const fact = `${signalText(window.indicator, window.service, window.labels)} moves by ${perMinute(value)}, ${bounded(holds, op, perMinute(perSecond))}`;
  return { holds, known: true, fact, ...measured(found) };
}

function outlierAnswer(
  { signal, label, worstAtLeast, othersAtMost, others }: Of<'outlier'>,
  context: ConditionContext,
): Answer {
  const readings = windowsOf(signal, scopeOf(context))
    .flatMap((window): Reading[] => {
      const value = currentValue(window, context.now);
      // "none" is what clients write when no replica answered: it is nobody in particular.
      return value === undefined || (window.labels[label] ?? 'none') === 'none' ? [] : [{ window, value }];
    })
    .sort((a, b) => b.value - a.value);
  const [worst, next] = readings;
  if (worst === undefined) return noData(signal, context);
  const named = worst.window.labels[label] ?? 'none';
  // Asked about one object of the set, it must be the one that stands out.
  const meant =
    context.target === undefined || context.target.target.kind !== label || context.target.target.name === named;
  const holds =
    meant &&
    worst.value >= worstAtLeast &&
    readings.length > others &&
    (next === undefined || next.value <= othersAtMost);
  const rest =
    next === undefined
      ? 'nothing to compare with'
      : `${readings.length - 1} others at most ${valueText(next.value, next.window.unit)}`;
  const fact = `${label} ${named} has ${indicatorName(signal.indicator)} ${valueText(worst.value, worst.window.unit)}, ${rest}`;
  return { holds, known: true, fact, ...measured(worst), ...(holds ? { standsOut: named } : {}) };
}

function anomalyAnswer({ signal, direction }: Of<'anomaly'>, context: ConditionContext): Answer {
  const service = serviceOf(signal, scopeOf(context));
  const open = context.anomalies.find(
    (anomaly) =>
      anomaly.closedAt === undefined &&
      anomaly.service === service &&
      anomaly.environment === context.environment &&
      anomaly.indicator === signal.indicator &&
      (direction === 'any' || anomaly.direction === direction || anomaly.direction === 'any') &&
      Object.entries(signal.labels).every(([label, value]) => anomaly.labels[label] === value),
  );
  const name = signalText(signal.indicator, service ?? 'the target', signal.labels);
  if (open === undefined) return { holds: false, known: true, fact: `${name} is as expected` };
  const view = windowsOf(signal, scopeOf(context))[0]?.view;
  return {
    holds: true,
    known: true,
    fact: `${name} is ${valueText(open.observed, open.unit)}, expected ${valueText(open.bandLow, open.unit)} to ${valueText(open.bandHigh, open.unit)}`,
    indicator: signal.indicator,
    service: open.service,
    ...(view === undefined ? {} : { view }),
  };
}

/** A deploy tells of itself when its last replica is there, which is after its first one began to fail. */
const CHANGE_TOLD_LATE_MS = 10_000;

/** Changes are looked for before the first anomaly opened: what came after it cannot have caused it. */
function changeAnswer({ type, of, withinSeconds }: Of<'change'>, context: ConditionContext): Answer {
  const opened = context.anomalies.map((anomaly) => Date.parse(anomaly.openedAt));
  const reference = opened.length === 0 ? context.now.getTime() : Math.min(...opened);
  const wanted =
    of === 'any' ? undefined : of === 'incident' ? context.incidentService : context.target?.target.service;
  const found = context.changes
    .filter(({ type: kind, data, time }) => {
      const at = time === undefined ? Number.NaN : Date.parse(time);
      const before = at <= reference + CHANGE_TOLD_LATE_MS && at >= reference - withinSeconds * 1000;
      return (
        kind === `dev.autoops.change.${type}.v1` &&
        data.environment === context.environment &&
        before &&
        (wanted === undefined || data.service === wanted)
      );
    })
    .sort((a, b) => Date.parse(b.time ?? '') - Date.parse(a.time ?? ''))[0];
  const whose = wanted === undefined ? '' : ` of ${wanted}`;
  if (found?.time === undefined)
    return { holds: false, known: true, fact: `no ${type}${whose} in the ${withinSeconds} s before` };
  const seconds = Math.max(0, Math.round((reference - Date.parse(found.time)) / 1000));
  return {
    holds: true,
    known: true,
    fact: `${found.data.summary ?? `${type} of ${found.data.service}`}, ${seconds} s before`,
  };
}

function logAnswer({ contains, withinSeconds, atLeast }: Of<'log'>, context: ConditionContext): Answer {
  const from = context.now.getTime() - withinSeconds * 1000;
  const lines = context.logs.filter(
    ({ timestamp, body }) => Date.parse(timestamp) >= from && body.includes(contains),
  ).length;
  return {
    holds: lines >= atLeast,
    known: true,
    fact: `"${contains}" in ${lines} log lines of the last ${withinSeconds} s`,
  };
}

function forecastAnswer({ exhaustionWithinSeconds }: Of<'forecast'>, { forecast }: ConditionContext): Answer {
  if (forecast === undefined) return unknown('there is no forecast');
  const { p50 } = forecast.exhaustionSeconds;
  const fact =
    p50 === null
      ? `the error budget of ${forecast.service} lasts beyond the horizon`
      : `the error budget of ${forecast.service} is gone in ${durationText(p50)}`;
  return { holds: p50 !== null && p50 <= exhaustionWithinSeconds, known: true, fact, service: forecast.service };
}

function targetAnswer({ field, op, value: bound }: Of<'target'>, { target }: ConditionContext): Answer {
  if (target === undefined) return unknown('there is no target');
  const value = fieldOf(target, field);
  if (value === undefined) return unknown(`${target.target.name} does not say its ${field}`);
  const holds =
    typeof value === 'number' && typeof bound === 'number'
      ? compare(value, op, bound)
      : (op === 'eq' && value === bound) || (op === 'ne' && value !== bound);
  return { holds, known: true, fact: targetFact(target.target.name, field, value, holds, op, bound) };
}

type FieldValue = string | number | boolean;

/** "reindex is not suspended", "throttle of reindex is 10 %, at most 10 %", "version of checkout is 1.5.0, not 1.4.0". */
function targetFact(
  name: string,
  field: string,
  value: FieldValue,
  holds: boolean,
  op: Comparison,
  bound: FieldValue,
): string {
  const percent = field.endsWith('Percent');
  const words = field
    .replace(/Percent$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll('.', ' ');
  if (typeof value === 'boolean') return `${name} is ${value ? '' : 'not '}${words}`;
  const text = (one: FieldValue): string => `${String(one)}${percent ? ' %' : ''}`;
  const is = `${words} of ${name} is ${text(value)}`;
  if (op === 'eq' || op === 'ne') return value === bound ? is : `${is}, not ${text(bound)}`;
  return `${is}, ${bounded(holds, op, text(bound))}`;
}

/** An owned or observed field by its dotted name. */
function fieldOf({ owned, observed }: TargetState, field: string): FieldValue | undefined {
  for (const fields of [owned, observed]) {
    const found = field
      .split('.')
      .reduce<Json | undefined>(
        (at, part) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? at[part] : undefined),
        fields,
      );
    if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') return found;
  }
  return undefined;
}

/** Runs prechecks: each passes when its condition holds; one that nobody can answer fails. Stored as they are. */
export function recheck(
  prechecks: readonly Condition[],
  context: ConditionContext,
  phase: PrecheckResult['phase'],
): PrecheckResult[] {
  return prechecks.map((condition) => {
    const { id, title, holds, fact } = evaluateCondition(condition, context);
    return { id, title, passed: holds, fact, checkedAt: context.now.toISOString(), phase };
  });
}
