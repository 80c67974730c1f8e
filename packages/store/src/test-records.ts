import { randomUUID } from 'node:crypto';
import type { Anomaly, AuditDraft, Incident, Plan, Run, Step } from '@autoops/contracts';
import type { Store } from './open-store.ts';

/** Records for tests: plausible, small and overridable. */
const DIGEST = 'a'.repeat(64);
const START = '2026-01-15T12:00:00.000Z';

export function anIncident(changes: Partial<Incident> = {}): Omit<Incident, 'number'> {
  return {
    id: randomUUID(),
    version: 0,
    state: 'detected',
    service: 'checkout',
    environment: 'staging',
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: 'checkout answers errors',
    openedAt: START,
    updatedAt: START,
    correlation: [],
    planVersion: 0,
    demo: false,
    ...changes,
  };
}

export function aPlan(incidentId: string, changes: Partial<Plan> = {}): Plan {
  return {
    id: randomUUID(),
    incidentId,
    version: 1,
    state: 'draft',
    hash: DIGEST,
    environment: 'staging',
    service: 'checkout',
    title: 'Throttle the noisy job',
    requester: { kind: 'system', id: 'planner' },
    author: 'catalogue',
    createdAt: START,
    steps: [],
    prechecks: [],
    verification: {
      signals: [],
      settleSeconds: 20,
      settleEndsEarly: true,
      windowSeconds: 15,
      minSamples: 5,
      sampleSeconds: 3,
    },
    expectedEffect: { indicator: 'error_ratio', text: 'fewer errors', withinSeconds: 30 },
    riskClass: 'low',
    reversible: true,
    trackRecord: { n: 0, succeeded: 0 },
    rejected: [],
    policyDigest: DIGEST,
    ...changes,
  };
}

export function aStep(runId: string, index: number, changes: Partial<Step> = {}): Step {
  return {
    id: randomUUID(),
    runId,
    index,
    title: `step ${index}`,
    runbook: 'throttle-noisy-job',
    state: 'pending',
    direction: 'do',
    epoch: 0,
    attempt: 0,
    target: {
      key: `staging/job/reindex-${index}`,
      uid: 'uid-1',
      kind: 'job',
      name: 'reindex',
      service: 'checkout',
      environment: 'staging',
    },
    action: { kind: 'throttle-job', args: { ratio: 0.1 } },
    irreversible: false,
    prechecks: [],
    canary: { state: 'not-needed', detail: '' },
    ...changes,
  };
}

export function aRun(plan: Plan, changes: Partial<Run> = {}): Run {
  const id = changes.id ?? randomUUID();
  return {
    id,
    planId: plan.id,
    planHash: plan.hash,
    incidentId: plan.incidentId,
    environment: plan.environment,
    service: plan.service,
    state: 'queued',
    version: 0,
    requester: { kind: 'person', id: 'operator@demo' },
    createdAt: START,
    steps: [aStep(id, 0), aStep(id, 1)],
    verification: { state: 'pending', worstBefore: {}, samples: [], reason: '' },
    ...changes,
  };
}

export function anEntry(subjectId: string, changes: Partial<AuditDraft> = {}): AuditDraft {
  return {
    actor: { kind: 'system', id: 'detector' },
    verb: 'incident.opened',
    subject: { kind: 'incident', id: subjectId },
    summary: 'Something was decided.',
    ...changes,
  };
}

/** Stores an incident with a plan and a run of it; answers all three. */
export async function storeARun(
  store: Store,
  workspaceId: string,
  changes: Partial<Run> = {},
): Promise<{ incident: Omit<Incident, 'number'>; plan: Plan; run: Run }> {
  const incident = anIncident({ state: 'executing' });
  const plan = aPlan(incident.id, { state: 'executed' });
  const run = aRun(plan, changes);
  const result = await store.state.commit({
    workspaceId,
    writes: [
      { kind: 'incident.insert', incident },
      { kind: 'plan.insert', plan, inputs: { candidates: [] } },
      { kind: 'run.insert', run },
    ],
    audit: [anEntry(incident.id, { incidentId: incident.id })],
  });
  if (!result.ok) throw new Error(result.detail);
  return { incident, plan, run };
}

/** An error ratio of checkout in staging that left its band; `over` replaces fields. */
export function anAnomaly(incidentId: string, over: Partial<Anomaly> = {}): Anomaly {
  return {
    id: randomUUID(),
    incidentId,
    service: 'checkout',
    environment: 'staging',
    indicator: 'error_ratio',
    unit: 'ratio',
    labels: {},
    source: 'sandbox',
    kind: 'level',
    direction: 'up',
    severity: 'medium',
    score: 0.9,
    novelty: 5,
    deviation: 8,
    winningView: 'level',
    observed: 0.3,
    expected: 0,
    bandLow: 0,
    bandHigh: 0.05,
    openedAt: START,
    lastAt: START,
    context: { labelsDiffering: [], changesBefore: [] },
    decision: { engine: 'x', version: '1', inputDigest: DIGEST, outputDigest: 'b'.repeat(64) },
    ...over,
  };
}
