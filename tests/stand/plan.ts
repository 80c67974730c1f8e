import { createHash, randomUUID } from 'node:crypto';
import type { Actor, Incident, Plan, PlanStep } from '@autoops/contracts';
import { opIdOf, planHash } from '@autoops/pipeline';

/** What a test wants of a plan. */
export interface PlanWishes {
  readonly workspaceId: string;
  readonly bundleDigest: string;
  readonly runbookDigest: string;
  /** Names of the targets that the steps change, in order; each starts at level 0. */
  readonly targets: readonly string[];
  /** `till` has no errors, `bakery` half of its operations: its verification fails. */
  readonly service?: 'till' | 'bakery';
  readonly riskClass?: Plan['riskClass'];
  readonly environment?: string;
  readonly requester?: Actor;
  readonly state?: Plan['state'];
}

/** An incident and its plan: step i sets target i to level i + 1. Verified within some seconds on the samples of the target's own metrics. */
export function incidentAndPlan(wishes: PlanWishes): {
  readonly incident: Omit<Incident, 'number'>;
  readonly plan: Plan;
} {
  const {
    service = 'till',
    environment = 'staging',
    riskClass = 'low',
    requester = { kind: 'system', id: 'planner' },
    state = 'awaiting-execute',
  } = wishes;
  const at = new Date().toISOString();
  const incidentId = randomUUID();
  const unhashed: Omit<Plan, 'hash'> = {
    id: randomUUID(),
    incidentId,
    version: 1,
    state,
    environment,
    service,
    title: `Set ${wishes.targets.join(' and ')}`,
    requester,
    author: 'autoops',
    createdAt: at,
    steps: wishes.targets.map((name, index) => step(name, index, wishes, environment, service)),
    prechecks: [],
    verification: {
      signals: [
        {
          signal: { indicator: 'client_error_ratio', of: 'service', service, labels: {} },
          op: 'lte',
          bound: 0.02,
          source: 'till',
          view: 'client',
        },
      ],
      settleSeconds: 0,
      settleEndsEarly: false,
      windowSeconds: 2,
      minSamples: 5,
      sampleSeconds: 0.2,
    },
    expectedEffect: { indicator: 'client_error_ratio', text: 'fewer errors', withinSeconds: 5 },
    riskClass,
    reversible: true,
    trackRecord: { n: 0, succeeded: 0 },
    rejected: [],
    dryRun: {
      at,
      ok: true,
      steps: wishes.targets.map((_name, index) => ({
        index,
        ok: true,
        before: { level: 0 },
        after: { level: index + 1 },
        undoProven: true,
        detail: 'would do it',
      })),
      digest: createHash('sha256').update(incidentId).digest('hex'),
    },
    policyDigest: wishes.bundleDigest,
  };
  const plan: Plan = { ...unhashed, hash: planHash(wishes.workspaceId, unhashed) };
  const incident: Omit<Incident, 'number'> = {
    id: incidentId,
    version: 0,
    state: state === 'draft' ? 'planned' : 'awaiting-decision',
    service,
    environment,
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: `${service} answers errors`,
    openedAt: at,
    updatedAt: at,
    correlation: [],
    planVersion: 1,
    planId: plan.id,
    demo: false,
  };
  return { incident, plan };
}

function step(name: string, index: number, wishes: PlanWishes, environment: string, service: string): PlanStep {
  const opaque = name.startsWith('opaque');
  return {
    index,
    id: `set-${index}`,
    runbook: { name: 'set-level', version: 1, digest: wishes.runbookDigest },
    title: `Set ${name} to ${index + 1}`,
    tool: 'http',
    class: opaque ? 'D' : 'C',
    target: { key: `${environment}/http/${name}`, uid: `uid-${name}`, kind: 'http', name, service, environment },
    action: { kind: 'set-level', args: { level: index + 1 } },
    undo: { kind: 'set-level', args: { level: 0 } },
    irreversible: false,
    prechecks: [{ kind: 'target', id: 'idle', title: 'The target is idle', field: 'busy', op: 'eq', value: false }],
    canary: false,
    touches: { kind: 'job', count: 1, cap: 1, unavailable: 0 },
    before: opaque ? {} : { level: 0 },
    after: { level: index + 1 },
    evidence: 'level',
  };
}

/** The keys under which a target may see effects of a plan: the steps done, and the steps undone. */
export function keysOf(plan: Plan): { readonly done: readonly string[]; readonly undone: readonly string[] } {
  const of = (effect: 'do' | 'undo') => plan.steps.map((each) => opIdOf(plan, each.index, effect, each.target));
  return { done: of('do'), undone: of('undo') };
}
