import { randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { Approval, Incident, Plan, PlanStep, PolicyVerdict } from '@autoops/contracts';
import { newRun } from '@autoops/pipeline';
import type { Adapters } from '../adapters.ts';

/** What a test incident consists of. */
export interface TestIncident {
  readonly incident: Omit<Incident, 'number'>;
  readonly plan: Plan;
  readonly approval: Approval | undefined;
  readonly runId: string | undefined;
}

export interface TestIncidentOptions {
  readonly planState?: Plan['state'];
  readonly environment?: string;
  readonly requester?: Plan['requester'];
  readonly withRun?: boolean;
  readonly steps?: readonly PlanStep[];
}

const verdict = (effect: PolicyVerdict['effect']): PolicyVerdict => ({
  effect,
  ruleIds: effect === 'deny' ? ['freeze'] : ['approval-required'],
  rules: [],
  steps: [],
  facts: ['a fact'],
  constraints: [],
  toBeAllowed: effect === 'deny' ? ['The freeze ends.'] : [],
  approvals: { required: 1, given: 0, role: 'approver' },
  shadowed: [],
});

/** Stores an incident that waits for a decision on its plan, with an approval or a run where asked for. */
export async function storeIncident(
  adapters: Adapters,
  workspaceId: string,
  options: TestIncidentOptions = {},
): Promise<TestIncident> {
  const {
    planState = 'awaiting-execute',
    environment = 'staging',
    requester = { kind: 'system', id: 'planner' },
  } = options;
  const now = adapters.clock.now();
  const at = now.toISOString();
  const incidentId = randomUUID();
  const planId = randomUUID();
  const hash = createHash('sha256').update(planId).digest('hex');
  const waits = planState === 'awaiting-approval';
  const plan: Plan = {
    id: planId,
    incidentId,
    version: 1,
    state: planState,
    hash,
    environment,
    service: 'checkout',
    title: 'Throttle the noisy job',
    requester,
    author: 'catalogue',
    createdAt: at,
    steps: [...(options.steps ?? [aStep(environment, hash)])],
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
    policyDigest: hash,
    verdict: verdict(planState === 'denied' ? 'deny' : waits ? 'require-approval' : 'allow'),
  };
  const incident: Omit<Incident, 'number'> = {
    id: incidentId,
    version: 0,
    state: options.withRun === true ? 'executing' : 'awaiting-decision',
    service: 'checkout',
    environment,
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: 'checkout answers errors',
    openedAt: at,
    updatedAt: at,
    correlation: [],
    planVersion: 1,
    planId,
    demo: false,
  };
  const approval: Approval | undefined = waits
    ? {
        id: randomUUID(),
        planId,
        planHash: hash,
        planVersion: 1,
        incidentId,
        environment,
        service: 'checkout',
        state: 'waiting',
        version: 1,
        required: 1,
        role: 'approver',
        ruleIds: ['approval-required'],
        requester,
        author: 'catalogue',
        bundleDigest: hash,
        createdAt: at,
        expiresAt: new Date(now.getTime() + 1_800_000).toISOString(),
        decisions: [],
        summary: plan.title,
      }
    : undefined;
  const run =
    options.withRun === true
      ? newRun(
          { plan, incident: { ...incident, number: 1 }, requester: { kind: 'person', id: 'operator@demo' } },
          now,
          adapters.ids,
        )
      : undefined;
  const result = await adapters.state.commit({
    workspaceId,
    writes: [
      { kind: 'incident.insert', incident },
      { kind: 'plan.insert', plan, inputs: {} },
      ...(approval === undefined ? [] : [{ kind: 'approval.insert' as const, approval }]),
      ...(run === undefined ? [] : [{ kind: 'run.insert' as const, run }]),
    ],
    audit: [
      {
        actor: { kind: 'system', id: 'detector' },
        verb: 'incident.opened',
        subject: { kind: 'incident', id: incidentId },
        incidentId,
        summary: 'checkout answers errors.',
      },
    ],
  });
  if (!result.ok) throw new Error(result.detail);
  return { incident, plan, approval, runId: run?.id };
}

function aStep(environment: string, digest: string): PlanStep {
  return {
    index: 0,
    id: 'throttle',
    runbook: { name: 'throttle-noisy-job', version: 1, digest },
    title: 'Throttle reindex to 10 %',
    tool: 'sandbox',
    class: 'C',
    target: {
      key: `${environment}/job/reindex`,
      uid: 'uid-1',
      kind: 'job',
      name: 'reindex',
      service: 'checkout',
      environment,
    },
    action: { kind: 'throttle-job', args: { ratio: 0.1 } },
    undo: { kind: 'throttle-job', args: { ratio: 1 } },
    irreversible: false,
    prechecks: [],
    canary: false,
    touches: { kind: 'job', count: 1, cap: 1, unavailable: 0 },
    before: { ratio: 1 },
    after: { ratio: 0.1 },
    evidence: 'noisy-job',
  };
}
