import type {
  Plan,
  PlanReason,
  PrecheckResult,
  RejectedCandidate,
  VerificationSignal,
  PlanVerification,
} from '@autoops/contracts';
import { digestOf } from '@autoops/digest';
import { expectedEffect, type Effect } from './expected-effect.ts';
import { planHash } from '../plan/plan-hash.ts';
import { serviceOf } from '../plan/signal-value.ts';
import type { CatalogueRunbook, PlanningFacts } from './facts.ts';
import { renumbered, type DraftStep } from './plan-steps.ts';
import { reversibilityRank, type TrackRecord } from './rank.ts';

/** A runbook that applies, bound to its targets and dry-run: what a plan is composed of. */
export interface BoundRunbook {
  readonly entry: CatalogueRunbook;
  /** Service that its targets belong to. */
  readonly service: string;
  readonly drafts: readonly DraftStep[];
  readonly because: readonly PlanReason[];
  readonly prechecks: readonly PrecheckResult[];
  readonly record: TrackRecord;
  readonly score: number;
}

const RISKS = ['low', 'medium', 'high'] as const;

/** Bounds that a better value lies above. */
const MORE: ReadonlySet<string> = new Set(['gt', 'gte']);

/** Runbooks in the order in which a plan runs them: by how easily they are undone, then by name. */
export function inPlanOrder(bound: readonly BoundRunbook[]): BoundRunbook[] {
  return [...bound].sort(
    (a, b) =>
      reversibilityRank(a.entry.runbook) - reversibilityRank(b.entry.runbook) ||
      (a.entry.runbook.metadata.name < b.entry.runbook.metadata.name ? -1 : 1),
  );
}

/** One plan of these runbooks, as a draft with its hash; `planId` names it, `version` is the incident's next. */
export function composePlan(
  chosen: readonly BoundRunbook[],
  rejected: readonly RejectedCandidate[],
  facts: PlanningFacts,
  now: Date,
  planId: string,
): Plan {
  const ordered = inPlanOrder(chosen);
  const { steps, dryRuns } = renumbered(ordered.flatMap(({ drafts }) => drafts));
  const runbooks = ordered.map(({ entry }) => entry.runbook);
  const main = ordered.reduce((best, next) =>
    next.entry.runbook.spec.expectedEffect.reductionRatio > best.entry.runbook.spec.expectedEffect.reductionRatio
      ? next
      : best,
  );
  const { indicator, reductionRatio } = main.entry.runbook.spec.expectedEffect;
  const withinSeconds = Math.max(...runbooks.map(({ spec }) => spec.expectedEffect.withinSeconds));
  const draft = {
    incidentId: facts.incident.id,
    version: Math.max(facts.incident.planVersion, facts.previousPlan?.version ?? 0) + 1,
    environment: facts.incident.environment,
    service: facts.incident.service,
    steps,
    verification: mergedVerification(ordered, facts),
    policyDigest: facts.policyDigest,
  };
  return {
    ...draft,
    id: planId,
    state: 'draft',
    hash: planHash(facts.workspaceId, draft),
    title: planTitle(steps),
    requester: facts.requester,
    author: [...new Set(runbooks.map(({ metadata }) => metadata.author))].sort().join(', '),
    createdAt: now.toISOString(),
    prechecks: ordered.flatMap(({ prechecks }) => [...prechecks]),
    expectedEffect: expectedEffect({ ...measuredBy(main, facts), indicator, reductionRatio, withinSeconds }),
    riskClass: RISKS[Math.max(...runbooks.map(({ spec }) => RISKS.indexOf(spec.riskClass)))] ?? 'high',
    reversible: steps.every((step) => !step.irreversible),
    trackRecord: {
      n: ordered.reduce((sum, { record }) => sum + record.n, 0),
      succeeded: ordered.reduce((sum, { record }) => sum + record.succeeded, 0),
    },
    rejected: [...rejected],
    because: ordered.flatMap(({ because }) => [...because]),
    dryRun: {
      at: now.toISOString(),
      ok: dryRuns.every(({ ok }) => ok),
      steps: dryRuns,
      // Counters differ from one second to the next: what a dry run proves are action, undo and owned fields.
      digest: digestOf(steps.map(({ action, undo, before, after }) => ({ action, undo: undo ?? null, before, after }))),
    },
  };
}

/** Whose indicator a runbook's effect is, and which way is better: as its verification says, else of its targets' service. */
function measuredBy({ entry, service }: BoundRunbook, facts: PlanningFacts): Pick<Effect, 'service' | 'moreIsBetter'> {
  const { expectedEffect: effect, verification } = entry.runbook.spec;
  const signal = verification.signals.find((each) => each.signal.indicator === effect.indicator);
  const named = signal && serviceOf(signal.signal, { incidentService: facts.incident.service, targetService: service });
  return { service: named ?? service, moreIsBetter: signal !== undefined && MORE.has(signal.op) };
}

/** What a plan is called: what its steps do, in their order. */
export function planTitle(steps: Plan['steps']): string {
  const titles = steps.map(({ title }) => title);
  return titles
    .map((title, position) => (position === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)))
    .join(', ');
}

/**
 * How the plan as a whole is judged: the signals of all its runbooks, each bound to its service, over the longest settle and
 * window. Where two bound the same signal the wider bound counts: the runbook that gave it said what it costs the clients.
 */
function mergedVerification(ordered: readonly BoundRunbook[], facts: PlanningFacts): PlanVerification {
  const specs = ordered.map(({ entry }) => entry.runbook.spec.verification);
  const signals = new Map<string, PlanVerification['signals'][number]>();
  ordered.forEach(({ entry, service }) => {
    for (const signal of entry.runbook.spec.verification.signals) {
      const named =
        serviceOf(signal.signal, { incidentService: facts.incident.service, targetService: service }) ?? service;
      const { name } = entry.runbook.metadata;
      const bound = {
        ...signal,
        signal: { ...signal.signal, of: 'service' as const, service: named },
        runbooks: [name],
      };
      const key = digestOf([bound.signal, bound.op, bound.view]);
      const known = signals.get(key);
      signals.set(
        key,
        known === undefined
          ? bound
          : { ...known, bound: wider(known, bound.bound), runbooks: [...(known.runbooks ?? []), name] },
      );
    }
  });
  return {
    signals: [...signals.values()],
    settleSeconds: Math.max(...specs.map(({ settleSeconds }) => settleSeconds)),
    settleEndsEarly: specs.every(({ settleEndsEarly }) => settleEndsEarly),
    windowSeconds: Math.max(...specs.map(({ windowSeconds }) => windowSeconds)),
    minSamples: Math.max(...specs.map(({ minSamples }) => minSamples)),
    sampleSeconds: Math.max(...specs.map(({ sampleSeconds }) => sampleSeconds)),
  };
}

function wider({ op, bound }: VerificationSignal, other: number): number {
  return op === 'lt' || op === 'lte' ? Math.max(bound, other) : Math.min(bound, other);
}
