import type {
  Anomaly,
  AuditEntry,
  Forecast,
  IncidentValue,
  Narrative,
  Plan,
  PolicyDecision,
  Stage,
} from '@autoops/contracts';
import { PolicyVerdict } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { DETECTOR_VERSION, replayAnomaly } from '../detector/index.ts';
import { EXPLAINER_VERSION, storyDigest, tell, type StoryRecord } from '../explainer/index.ts';
import { replayServiceForecast } from '../forecaster/index.ts';
import type { CorrelationRecord } from '../incident/correlate.ts';
import type { OpeningRecord } from '../incident/gather.ts';
import { correlationDigest, openingDigest } from '../incident/incident-book.ts';
import { PLANNER_VERSION } from '../planner/index.ts';
import { unreadableVerdict } from '../policy/index.ts';
import type { PolicyEngine } from '../ports/policy-engine.ts';
import { changedField, type FieldDigests } from './field-digests.ts';
import { planDigest, replayPlanning, type PlanningRecord } from './planning-record.ts';

/** What of an incident was decided. */
export type DecisionKind = 'anomaly' | 'correlation' | 'forecast' | 'plan' | 'verdict' | 'narrative';

/** One decision of an incident: what was recorded, what the same inputs give now, and why they differ if they do. */
export interface ReplayedDecision {
  readonly stage: Stage;
  readonly what: DecisionKind;
  readonly subject: string;
  readonly match: boolean;
  readonly recorded: string;
  readonly recomputed: string;
  readonly why?: string;
}

export interface ReplayAnswer {
  readonly ok: boolean;
  readonly decisions: readonly ReplayedDecision[];
}

/** The record of an incident's decisions with the inputs they were stored with. */
export interface ReplayMaterial {
  readonly anomalies: readonly { readonly anomaly: Anomaly; readonly snapshot: Uint8Array | undefined }[];
  readonly forecasts: readonly { readonly forecast: Forecast; readonly inputs: unknown }[];
  readonly plans: readonly { readonly plan: Plan; readonly inputs: unknown }[];
  readonly decisions: readonly PolicyDecision[];
  /** The story that was told, if any, with what it was told from. */
  readonly told?:
    | { readonly narrative: Narrative; readonly value: IncidentValue | undefined; readonly inputs: unknown }
    | undefined;
  /** Audit entries of the incident: their detail holds the digests of each decision's inputs by field. */
  readonly audit: readonly AuditEntry[];
}

export interface ReplayEngines {
  readonly policy: PolicyEngine;
  readonly forecasterVersion: string;
  /** Freezes a forecast again from its stored inputs and returns its hash. */
  forecastHash(inputs: unknown): string;
}

const STAGE_OF: Readonly<Record<DecisionKind, Stage>> = {
  anomaly: 'detector',
  correlation: 'detector',
  forecast: 'forecaster',
  plan: 'planner',
  verdict: 'policy',
  narrative: 'explainer',
};
const NO_INPUTS = 'its inputs are not stored';

const versions = (before: string, now: string): string => `engine differs (${before} -> ${now})`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Computes a decision again; a fault of the computation is a reason, after those known before it. */
async function again(
  what: DecisionKind,
  subject: string,
  recorded: string,
  reason: string | undefined,
  compute: () => string | Promise<string>,
): Promise<ReplayedDecision> {
  let recomputed = '';
  let why = reason;
  if (why !== NO_INPUTS) {
    try {
      recomputed = await compute();
    } catch (error) {
      const message = messageOf(error);
      why = why === undefined || why === message ? message : `${why}: ${message}`;
    }
  }
  why ??= recomputed === recorded ? undefined : 'the same inputs lead to another result';
  return {
    stage: STAGE_OF[what],
    what,
    subject,
    recorded,
    recomputed,
    match: why === undefined,
    ...(why === undefined ? {} : { why }),
  };
}

/** The audit detail of a decision on `subjectId`: that of this output where one is recorded (a story is told again), else the newest. */
function detailOf(audit: readonly AuditEntry[], subjectId: string, output?: string): AuditEntry['detail'] | undefined {
  const own = audit.filter(({ detail }) => detail['of'] === subjectId);
  return (own.findLast(({ detail }) => detail['outputDigest'] === output) ?? own.at(-1))?.detail;
}

function recordedFields(detail: AuditEntry['detail'] | undefined): FieldDigests | undefined {
  const digests = detail?.['inputDigests'];
  if (typeof digests !== 'object' || digests === null || Array.isArray(digests)) return undefined;
  return Object.fromEntries(
    Object.entries(digests).map(([name, digest]) => [name, typeof digest === 'string' ? digest : '']),
  );
}

function changedInput(
  audit: readonly AuditEntry[],
  subjectId: string,
  inputs: unknown,
  output?: string,
): string | undefined {
  const recorded = recordedFields(detailOf(audit, subjectId, output));
  if (recorded === undefined || typeof inputs !== 'object' || inputs === null) return undefined;
  const field = changedField(recorded, inputs);
  return field === undefined ? undefined : `input "${field}" is not the recorded one`;
}

function replayDetection({ anomaly, snapshot }: ReplayMaterial['anomalies'][number], engines: ReplayEngines) {
  const { decision } = anomaly;
  // A forecast that opens an incident is an anomaly made by the Forecaster.
  const ahead = anomaly.kind === 'forecast';
  const version = ahead ? engines.forecasterVersion : DETECTOR_VERSION;
  const replayed = (bytes: Uint8Array) => (ahead ? replayServiceForecast(bytes) : replayAnomaly(bytes));
  const changed = (): string | undefined =>
    replayed(snapshot ?? new Uint8Array())?.inputDigest === decision.inputDigest
      ? undefined
      : 'input "snapshot" is not the recorded one';
  let why = snapshot === undefined ? NO_INPUTS : undefined;
  try {
    why ??= decision.version === version ? changed() : versions(decision.version, version);
  } catch (error) {
    why = messageOf(error);
  }
  return again(
    'anomaly',
    anomaly.id,
    decision.outputDigest,
    why,
    () => replayed(snapshot ?? new Uint8Array())?.outputDigest ?? '',
  );
}

/** Which incident an anomaly belongs to, decided again from what the audit entry of the decision holds. */
function replayCorrelation(entry: AuditEntry): Promise<ReplayedDecision> | undefined {
  const { inputs, outputDigest } = entry.detail;
  if (typeof outputDigest !== 'string' || inputs === undefined) return undefined;
  if (entry.verb === 'incident.open')
    return again('correlation', entry.subject.id, outputDigest, undefined, () =>
      openingDigest(inputs as unknown as OpeningRecord),
    );
  if (entry.verb === 'anomaly.join')
    return again('correlation', entry.subject.id, outputDigest, undefined, () =>
      correlationDigest(inputs as unknown as CorrelationRecord),
    );
  return undefined;
}

function replayForecast(
  { forecast, inputs }: ReplayMaterial['forecasts'][number],
  audit: readonly AuditEntry[],
  engines: ReplayEngines,
): Promise<ReplayedDecision> {
  const why =
    inputs === undefined
      ? NO_INPUTS
      : (changedInput(audit, forecast.id, inputs) ??
        (forecast.version === engines.forecasterVersion
          ? undefined
          : versions(forecast.version, engines.forecasterVersion)));
  return again('forecast', forecast.id, forecast.hash, why, () => engines.forecastHash(inputs));
}

function replayPlan(
  { plan, inputs }: ReplayMaterial['plans'][number],
  audit: readonly AuditEntry[],
): Promise<ReplayedDecision> {
  const recorded = planDigest({ kind: 'advance', reason: 'plan-proposed', value: plan, rejected: plan.rejected });
  const record = inputs as PlanningRecord | undefined;
  const why =
    record === undefined
      ? NO_INPUTS
      : (changedInput(audit, plan.id, record) ??
        (record.version === PLANNER_VERSION ? undefined : versions(record.version, PLANNER_VERSION)));
  return again('plan', plan.id, recorded, why, async () => planDigest(await replayPlanning(record as PlanningRecord)));
}

function replayPolicy(
  decision: PolicyDecision,
  audit: readonly AuditEntry[],
  engine: PolicyEngine,
): Promise<ReplayedDecision> {
  const why =
    digestOf(decision.input) === decision.inputDigest
      ? decision.bundleDigest === engine.bundleDigest
        ? undefined
        : versions(decision.bundleDigest.slice(0, 8), engine.bundleDigest.slice(0, 8))
      : (changedInput(audit, decision.id, decision.input) ?? 'the stored input is not the recorded one');
  return again('verdict', decision.id, digestOf(decision.verdict), why, async () => {
    const verdict = PolicyVerdict.safeParse(await engine.evaluate(decision.input));
    if (verdict.success && !decision.verdict.ruleIds.includes('unreadable-input')) return digestOf(verdict.data);
    // An answer that could not be read was recorded as the denial that stands for it; its words say what was unreadable.
    return digestOf(verdict.success ? verdict.data : unreadableVerdict(decision.verdict.facts[0] ?? ''));
  });
}

function replayStory(
  { narrative, value, inputs }: NonNullable<ReplayMaterial['told']>,
  audit: readonly AuditEntry[],
): Promise<ReplayedDecision> {
  const { incidentId } = narrative;
  const record = inputs as StoryRecord | undefined;
  const recorded = value === undefined ? '' : storyDigest({ narrative, value });
  const audited = detailOf(audit, incidentId, recorded)?.['outputDigest'];
  const why =
    record === undefined
      ? NO_INPUTS
      : (changedInput(audit, incidentId, record, recorded) ??
        (record.version === EXPLAINER_VERSION
          ? audited === undefined || audited === recorded
            ? undefined
            : 'the stored narrative or value is not the recorded one'
          : versions(record.version, EXPLAINER_VERSION)));
  return again('narrative', incidentId, recorded, why, () => storyDigest(tell(record as StoryRecord)));
}

/**
 * Recomputes every decision of an incident from its record and compares digests. A changed input is named; another engine or
 * policy version is said and never called a match (loop.md "Replay").
 */
export async function replayIncident(material: ReplayMaterial, engines: ReplayEngines): Promise<ReplayAnswer> {
  const { audit } = material;
  const decisions: ReplayedDecision[] = [];
  for (const item of material.anomalies) decisions.push(await replayDetection(item, engines));
  for (const entry of audit) {
    const correlation = await replayCorrelation(entry);
    if (correlation !== undefined) decisions.push(correlation);
  }
  for (const item of material.forecasts) decisions.push(await replayForecast(item, audit, engines));
  for (const item of material.plans) decisions.push(await replayPlan(item, audit));
  for (const item of material.decisions) decisions.push(await replayPolicy(item, audit, engines.policy));
  if (material.told !== undefined) decisions.push(await replayStory(material.told, audit));
  return { ok: decisions.every((decision) => decision.match), decisions };
}
