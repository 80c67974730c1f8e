import type { ChangeEvent, Json, ParameterSpec, Runbook } from '@autoops/contracts';
import type { ConditionContext, ConditionResult } from '../plan/conditions.ts';
import { currentValue, expectedValue, windowsOf } from '../plan/signal-value.ts';
import { capacityNeed, type LoadFigures } from './capacity-need.ts';

export type Parameters = Readonly<Record<string, number | string>>;
export type BoundParameters =
  | { readonly ok: true; readonly values: Parameters }
  | { readonly ok: false; readonly detail: string };

type IntegerSpec = Extract<ParameterSpec, { type: 'integer' }>;
type StringSpec = Extract<ParameterSpec, { type: 'string' }>;

/** What parameters are computed from; `standsOut` is the label value of the outlier condition that held. */
export interface ParameterSources {
  readonly context: ConditionContext;
  readonly applies: readonly ConditionResult[];
  /** Values that a person gave, for a guided run. */
  readonly given?: Parameters | undefined;
}

/** Computes each parameter of a runbook inside its bounds; says which one cannot be had. */
export function bindParameters(runbook: Runbook, sources: ParameterSources): BoundParameters {
  const values: Record<string, number | string> = {};
  for (const [name, spec] of Object.entries(runbook.spec.parameters)) {
    const value = sources.given?.[name] ?? computed(spec, sources);
    const problem = value === undefined ? `nothing to compute it from` : parameterProblem(spec, value);
    if (value === undefined || problem !== undefined)
      return { ok: false, detail: `${spec.title}: ${problem ?? 'unknown'}` };
    values[name] = value;
  }
  return { ok: true, values };
}

function computed(spec: ParameterSpec, sources: ParameterSources): number | string | undefined {
  switch (spec.type) {
    case 'integer':
      return integer(spec, sources.context);
    case 'number':
      return spec.default;
    case 'string':
      return text(spec, sources) ?? spec.default;
  }
}

/** Why a parameter may not have this value, or undefined where it may. */
export function parameterProblem(spec: ParameterSpec, value: number | string): string | undefined {
  if (spec.type === 'string') {
    if (typeof value !== 'string') return `"${String(value)}" is not text`;
    return new RegExp(`^(?:${spec.pattern})$`, 'u').test(value) ? undefined : `"${value}" does not fit ${spec.pattern}`;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return `"${String(value)}" is not a number`;
  if (spec.type === 'integer' && !Number.isInteger(value)) return `${value} is not a whole number`;
  return value < spec.minimum || value > spec.maximum
    ? `${value} is outside ${spec.minimum} to ${spec.maximum}`
    : undefined;
}

function integer(spec: IntegerSpec, context: ConditionContext): number | undefined {
  if (spec.from === 'literal') return spec.default;
  const replicas = numberField(context, 'replicas');
  if (replicas === undefined) return spec.default;
  const plus = replicas + (spec.add ?? 1);
  const need =
    spec.from === 'capacity-need' && spec.retries !== undefined
      ? capacityNeed(loadOf(context, replicas), spec.retries)
      : undefined;
  // At least one more: a runbook that adds capacity and changes nothing is none. Never beyond its bound.
  return Math.min(spec.maximum, Math.max(spec.minimum, replicas + 1, need ?? plus));
}

function numberField({ target }: ConditionContext, field: string): number | undefined {
  const value: Json | undefined = target?.owned[field];
  return typeof value === 'number' ? value : undefined;
}

function loadOf(context: ConditionContext, replicas: number): LoadFigures {
  const scope = { ...context, targetService: context.target?.target.service };
  const window = (indicator: string) => windowsOf({ indicator, of: 'target', labels: {} }, scope)[0];
  const now = (indicator: string): number | undefined => {
    const found = window(indicator);
    return found === undefined ? undefined : currentValue(found, context.now);
  };
  const expected = (indicator: string): number | undefined => {
    const found = window(indicator);
    return found === undefined ? undefined : expectedValue(found, context.now);
  };
  return {
    replicas,
    expectedSaturation: expected('saturation'),
    attemptRate: now('attempt_rate'),
    retryRatio: now('retry_ratio'),
    expectedAttemptRate: expected('attempt_rate'),
  };
}

function text({ from }: StringSpec, { context, applies }: ParameterSources): string | undefined {
  switch (from) {
    case 'literal':
      return undefined;
    case 'worst-replica':
      return applies.find((result) => result.standsOut !== undefined)?.standsOut;
    case 'missing-replica':
      return context.target?.target.kind === 'replica' ? context.target.target.name : undefined;
    case 'previous-version':
      return previousVersion(context);
  }
}

/** The version before the one that runs: as the target says, else that of the deploy before the newest. */
function previousVersion({ target, changes }: ConditionContext): string | undefined {
  if (target === undefined) return undefined;
  const said = target.observed['previousVersion'];
  if (typeof said === 'string') return said;
  const running = target.owned['version'];
  return changes
    .filter(
      (event): event is ChangeEvent & { time: string } =>
        event.type === 'dev.autoops.change.deploy.v1' && event.time !== undefined,
    )
    .filter(({ data }) => data.service === target.target.service && data.environment === target.target.environment)
    .sort((a, b) => Date.parse(b.time) - Date.parse(a.time))
    .map(({ data }) => data.version)
    .find((version) => version !== undefined && version !== running);
}
