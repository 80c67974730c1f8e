import { OpenSlo, type JsonObject, type SourceConfig } from '@autoops/contracts';
import { z } from 'zod';
import { Selector, type IndicatorDefinition } from '../indicators/definition.ts';

/** An SLO as the engine needs it. `target` in (0,1). */
export interface Objective {
  readonly name: string;
  readonly title: string;
  readonly service: string;
  readonly target: number;
  readonly windowSeconds: number;
  readonly source: string;
  readonly total: readonly Selector[];
  /** Counters of good events, or of bad ones. */
  readonly counted: { readonly kind: 'good' | 'bad'; readonly selectors: readonly Selector[] };
}

const SECONDS: Readonly<Record<string, number>> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  Q: 7_776_000,
  Y: 31_536_000,
};

/** Raw counters by exact labels: what a `metricSource` of type `autoops` holds. */
const AutoOpsSource = z.object({ source: z.string(), metrics: z.array(Selector).min(1) });

function sourceOf(
  name: string,
  part: string,
  metricSource: { type?: string | undefined; spec: JsonObject },
): z.infer<typeof AutoOpsSource> {
  const read = AutoOpsSource.safeParse(metricSource.spec);
  if (read.success) return read.data;
  const fault = read.error.issues[0];
  throw new Error(
    `SLO ${name}: ${part}.metricSource.spec needs "source" and "metrics" (${fault?.path.join('.') ?? ''} ${fault?.message ?? ''}).`,
  );
}

/** Seconds of an OpenSLO duration such as `6h` or `30d`; months are 30 days, quarters 90. */
export function durationSeconds(duration: string): number {
  return Number(duration.slice(0, -1)) * (SECONDS[duration.slice(-1)] ?? Number.NaN);
}

/**
 * Reads an OpenSLO v1 document. Throws a ZodError for another form, and an Error that says what to change for parts that
 * the engine does not count: time slices, calendar windows, several objectives, a missing good and bad.
 */
export function parseObjective(document: unknown): Objective {
  const { metadata, spec } = OpenSlo.parse(document);
  const { name } = metadata;
  if (spec.budgetingMethod !== 'Occurrences')
    throw new Error(`SLO ${name}: use budgetingMethod Occurrences; time slices are not counted.`);
  const [window] = spec.timeWindow;
  if (window === undefined || !window.isRolling)
    throw new Error(`SLO ${name}: use a rolling window; calendar windows are not counted.`);
  const [objective, ...others] = spec.objectives;
  if (others.length > 0) throw new Error(`SLO ${name}: give each objective an SLO of its own.`);
  const target =
    objective?.target ?? (objective?.targetPercent === undefined ? undefined : objective.targetPercent / 100);
  if (target === undefined) throw new Error(`SLO ${name}: give the objective a target or a targetPercent.`);
  const { good, bad, total } = spec.indicator.spec.ratioMetric;
  const counted = good ?? bad;
  if (counted === undefined) throw new Error(`SLO ${name}: ratioMetric needs good or bad beside total.`);
  const totalSource = sourceOf(name, 'total', total.metricSource);
  return {
    name,
    title: metadata.displayName ?? name,
    service: spec.service,
    target,
    windowSeconds: durationSeconds(window.duration),
    source: totalSource.source,
    total: totalSource.metrics,
    counted: {
      kind: good === undefined ? 'bad' : 'good',
      selectors: sourceOf(name, good === undefined ? 'bad' : 'good', counted.metricSource).metrics,
    },
  };
}

/** Names of the two indicators that count an SLO's events. */
export function sliNames(objective: Pick<Objective, 'name'>): { readonly total: string; readonly counted: string } {
  return { total: `slo:${objective.name}:total`, counted: `slo:${objective.name}:counted` };
}

/**
 * The indicators that count the SLOs' events, to be computed with the declared ones: rates over one interval, so that rate
 * times interval is a count and nothing is counted twice. They are stored but not watched for anomalies.
 */
export function sliIndicators(
  objectives: readonly Objective[],
  sources: readonly SourceConfig[],
): IndicatorDefinition[] {
  return objectives.flatMap((objective) => {
    const intervalMs = Math.round(
      (sources.find((source) => source.name === objective.source)?.intervalSeconds ?? 15) * 1000,
    );
    const names = sliNames(objective);
    const define = (name: string, [counter, ...further]: readonly Selector[], help: string): IndicatorDefinition => ({
      name,
      unit: '1/s',
      view: 'service',
      services: [objective.service],
      source: objective.source,
      intervalMs,
      windowMs: intervalMs,
      by: [],
      minimum: 0,
      bad: 'none',
      noticeable: 1,
      opens: false,
      absence: false,
      scored: false,
      severity: {},
      help,
      kind: 'rate',
      counter: counter as Selector,
      further,
    });
    return [
      define(names.total, objective.total, `Events counted by the SLO ${objective.title}.`),
      define(
        names.counted,
        objective.counted.selectors,
        `${objective.counted.kind === 'good' ? 'Good' : 'Bad'} events of the SLO ${objective.title}.`,
      ),
    ];
  });
}
