import type { Anomaly, AuditEntry, Forecast, Plan, PolicyDecision, Stage } from '@autoops/contracts';
import { PolicyVerdict } from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { DETECTOR_VERSION, replayAnomaly } from '../detector/index.ts';
import type { PolicyEngine } from '../ports/policy-engine.ts';
import { changedField, type FieldDigests } from './field-digests.ts';
import { planDigest, replayPlanning, type PlanningRecord } from './planning-record.ts';

/** One decision of an incident: what was recorded, what the same inputs give now, and why they differ if they do. */
export interface ReplayedDecision {
  readonly stage: Stage;
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
  /** Audit entries of the incident: their detail holds the digests of each decision's inputs by field. */
  readonly audit: readonly AuditEntry[];
}

export interface ReplayEngines {
  readonly policy: PolicyEngine;
  readonly forecasterVersion: string;
  /** Freezes a forecast again from its stored inputs and returns its hash. */
  forecastHash(inputs: unknown): string;
}

const row = (stage: Stage, subject: string, recorded: string, recomputed: string, why?: string): ReplayedDecision => ({
  stage,
  subject,
  recorded,
  recomputed,
  match: recorded === recomputed && why === undefined,
  ...(why === undefined ? {} : { why }),
});
const versions = (before: string, now: string): string => `engine differs (${before} -> ${now})`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Field digests that the audit log holds for a decision on `subjectId`; the newest entry counts. */
function recordedFields(audit: readonly AuditEntry[], subjectId: string): FieldDigests | undefined {
  for (const entry of audit.toReversed()) {
    const { inputDigests, of } = entry.detail;
    if (of === subjectId && typeof inputDigests === 'object' && inputDigests !== null && !Array.isArray(inputDigests)) {
      return Object.fromEntries(
        Object.entries(inputDigests).map(([name, digest]) => [name, typeof digest === 'string' ? digest : '']),
      );
    }
  }
  return undefined;
}

function changedInput(audit: readonly AuditEntry[], subjectId: string, inputs: unknown): string | undefined {
  const recorded = recordedFields(audit, subjectId);
  if (recorded === undefined || typeof inputs !== 'object' || inputs === null) return undefined;
  const field = changedField(recorded, inputs);
  return field === undefined ? undefined : `input "${field}" is not the recorded one`;
}

function replayDetection({ anomaly, snapshot }: ReplayMaterial['anomalies'][number]): ReplayedDecision {
  const recorded = anomaly.decision.outputDigest;
  if (snapshot === undefined) return row('detector', anomaly.id, recorded, '', 'no snapshot is stored');
  try {
    const again = replayAnomaly(snapshot);
    const why =
      anomaly.decision.version !== DETECTOR_VERSION
        ? versions(anomaly.decision.version, DETECTOR_VERSION)
        : again.inputDigest !== anomaly.decision.inputDigest
          ? 'input "snapshot" is not the recorded one'
          : undefined;
    return row('detector', anomaly.id, recorded, again.outputDigest, why);
  } catch (error) {
    return row('detector', anomaly.id, recorded, '', messageOf(error));
  }
}

function replayForecast(
  { forecast, inputs }: ReplayMaterial['forecasts'][number],
  audit: readonly AuditEntry[],
  engines: ReplayEngines,
): ReplayedDecision {
  if (inputs === undefined) return row('forecaster', forecast.id, forecast.hash, '', 'no inputs are stored');
  try {
    const why =
      changedInput(audit, forecast.id, inputs) ??
      (forecast.version !== engines.forecasterVersion
        ? versions(forecast.version, engines.forecasterVersion)
        : undefined);
    return row('forecaster', forecast.id, forecast.hash, engines.forecastHash(inputs), why);
  } catch (error) {
    return row('forecaster', forecast.id, forecast.hash, '', messageOf(error));
  }
}

async function replayPlan(
  { plan, inputs }: ReplayMaterial['plans'][number],
  audit: readonly AuditEntry[],
): Promise<ReplayedDecision> {
  const recorded = planDigest({ kind: 'advance', reason: 'plan-proposed', value: plan, rejected: plan.rejected });
  if (inputs === undefined) return row('planner', plan.id, recorded, '', 'no inputs are stored');
  const why = changedInput(audit, plan.id, inputs);
  try {
    const outcome = await replayPlanning(inputs as PlanningRecord);
    return row('planner', plan.id, recorded, planDigest(outcome), why);
  } catch (error) {
    return row('planner', plan.id, recorded, '', why ?? messageOf(error));
  }
}

async function replayPolicy(
  decision: PolicyDecision,
  audit: readonly AuditEntry[],
  engine: PolicyEngine,
): Promise<ReplayedDecision> {
  const recorded = digestOf(decision.verdict);
  const inputDigest = digestOf(decision.input);
  const why =
    inputDigest !== decision.inputDigest
      ? (changedInput(audit, decision.id, decision.input) ?? 'the stored input is not the recorded one')
      : decision.bundleDigest !== engine.bundleDigest
        ? versions(decision.bundleDigest.slice(0, 8), engine.bundleDigest.slice(0, 8))
        : undefined;
  try {
    const verdict = PolicyVerdict.safeParse(await engine.evaluate(decision.input));
    // An answer that could not be read was recorded as the denial that stands for it.
    const recomputed = verdict.success
      ? digestOf(verdict.data)
      : decision.verdict.ruleIds.includes('unreadable-input')
        ? recorded
        : '';
    return row('policy', decision.id, recorded, recomputed, why);
  } catch (error) {
    return row('policy', decision.id, recorded, '', messageOf(error));
  }
}

/**
 * Recomputes every decision of an incident from its record and compares digests. A changed input is named; another engine or
 * policy version is said and never called a match (loop.md "Replay").
 */
export async function replayIncident(material: ReplayMaterial, engines: ReplayEngines): Promise<ReplayAnswer> {
  const decisions: ReplayedDecision[] = [
    ...material.anomalies.map(replayDetection),
    ...material.forecasts.map((item) => replayForecast(item, material.audit, engines)),
  ];
  for (const plan of material.plans) decisions.push(await replayPlan(plan, material.audit));
  for (const decision of material.decisions)
    decisions.push(await replayPolicy(decision, material.audit, engines.policy));
  return { ok: decisions.every((decision) => decision.match), decisions };
}
