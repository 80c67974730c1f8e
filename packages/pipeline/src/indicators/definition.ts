import { Name, Severity } from '@autoops/contracts';
import { z } from 'zod';

const LabelValues = z.union([z.string(), z.array(z.string()).min(1)]);

/** Picks raw series: exact values, all labels of `match` fit and none of `not` does. */
export const Selector = z.strictObject({
  metric: z.string().min(1),
  match: z.record(z.string(), LabelValues).default({}),
  not: z.record(z.string(), LabelValues).default({}),
});
export type Selector = z.infer<typeof Selector>;

const Aggregate = z.enum(['sum', 'max', 'min']);

const shared = {
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  unit: z.enum(['1/s', 'ratio', 's', 'n']),
  view: z.enum(['service', 'client', 'balancer']),
  services: z.array(Name).min(1),
  source: Name.optional(),
  interval: z.number().positive().optional(),
  window: z.number().positive().optional(),
  by: z.array(z.string()).default([]),
  minimum: z.number().nonnegative().default(1),
  bad: z.enum(['up', 'down', 'none']),
  noticeable: z.number().positive(),
  help: z.string(),
  /** Its anomalies may open an incident; those of others only join one. */
  opens: z.boolean().default(false),
  /** Its disappearance while the rest of the service still reports is an anomaly of kind absence. */
  absence: z.boolean().default(false),
  /** False: computed and stored, but not watched (what an SLO counts). */
  scored: z.boolean().default(true),
  /** Where the resource is full, in the unit; with `by` each combination has this limit. Only values that stand at a tick have one. */
  limit: z.number().positive().optional(),
  /** Severity from users' harm: the value at which an anomaly is that severe (towards `bad`). */
  severity: z.partialRecord(Severity, z.number()).default({}),
};

const Declared = z.discriminatedUnion('kind', [
  // `further` counters are added to the first: some counts are kept in several metrics.
  z.strictObject({ ...shared, kind: z.literal('rate'), counter: Selector, further: z.array(Selector).default([]) }),
  z.strictObject({
    ...shared,
    kind: z.literal('ratio'),
    of: z.enum(['counter', 'gauge']),
    numerator: Selector,
    denominator: Selector,
    aggregate: Aggregate.default('sum'),
  }),
  z.strictObject({ ...shared, kind: z.literal('quantile'), histogram: Selector, quantile: z.number().gt(0).lt(1) }),
  z.strictObject({ ...shared, kind: z.literal('gauge'), gauge: Selector, aggregate: Aggregate.default('sum') }),
  z.strictObject({ ...shared, kind: z.literal('age'), gauge: Selector, aggregate: z.literal('max').default('max') }),
]);

/** A limit belongs to what stands at a tick, as the fill of a disk does: not to what is counted over a window, nor to a waiting time. */
const Bounded = Declared.superRefine((declared, context) => {
  if (declared.limit === undefined) return;
  if (declared.kind === 'gauge' || (declared.kind === 'ratio' && declared.of === 'gauge')) return;
  const what = declared.kind === 'ratio' ? 'a ratio of counters' : `kind ${declared.kind}`;
  context.addIssue({
    code: 'custom',
    path: ['limit'],
    message: `a limit belongs to a gauge or a ratio of gauges, not to ${what}: remove it, or declare the resource's fill as a gauge`,
  });
});

/** The form of `indicators.yaml` (apps/sandbox/config/indicators.yaml explains every field). */
export const Indicators = z.strictObject({
  apiVersion: z.literal('autoops.dev/v1'),
  kind: z.literal('Indicators'),
  defaults: z.strictObject({ source: Name, interval: z.number().positive(), window: z.number().positive() }),
  indicators: z.array(Bounded),
});

type Resolved = { readonly source: string; readonly intervalMs: number; readonly windowMs: number };
type WithDefaults<T> = T extends unknown ? Omit<T, 'source' | 'interval' | 'window'> & Resolved : never;

/** One indicator with defaults filled in; times in ms. */
export type IndicatorDefinition = WithDefaults<z.infer<typeof Declared>>;

/**
 * Reads a document of the `indicators.yaml` form. Throws a ZodError with the path of the fault, and an Error when a window
 * is not a multiple of the interval or a name is declared twice for a service.
 */
export function parseIndicators(document: unknown): IndicatorDefinition[] {
  const { defaults, indicators } = Indicators.parse(document);
  const seen = new Set<string>();
  return indicators.map((declared) => {
    const { source, interval, window, ...rest } = declared;
    const intervalMs = Math.round((interval ?? defaults.interval) * 1000);
    const windowMs = Math.round((window ?? defaults.window) * 1000);
    if (windowMs % intervalMs !== 0) {
      throw new Error(
        `Indicator ${declared.name}: make its window a multiple of its interval (${windowMs} ms, ${intervalMs} ms).`,
      );
    }
    for (const service of declared.services) {
      const key = `${service}/${declared.name}`;
      if (seen.has(key))
        throw new Error(`Indicator ${declared.name} is declared twice for ${service}: remove one of them.`);
      seen.add(key);
    }
    return { ...rest, source: source ?? defaults.source, intervalMs, windowMs } as IndicatorDefinition;
  });
}
