import type {
  Anomaly,
  Approval,
  Forecast,
  Incident,
  IncidentValue,
  Plan,
  PolicyDecision,
  RateCard,
  Run,
} from '@autoops/contracts';
import type { ObservedSli } from './observed-sli.ts';

/** Everything known of one incident when its story is told. */
export interface IncidentStory {
  readonly incident: Incident;
  readonly anomalies: readonly Anomaly[];
  readonly forecast: Forecast | undefined;
  readonly plan: Plan | undefined;
  readonly decision: PolicyDecision | undefined;
  readonly approval: Approval | undefined;
  readonly run: Run | undefined;
  readonly value: IncidentValue;
  /** What users felt, counted from a minute before the opening on. */
  readonly observed: ObservedSli | undefined;
  /** The team that the topology names for the incident's service. */
  readonly serviceOwner?: string | undefined;
  readonly rateCard: (RateCard & { readonly digest: string }) | undefined;
  readonly now: Date;
}

/** The story as it is told: a plan of an earlier version of the incident is no plan for what nothing fits now. */
export function asTold(story: IncidentStory): IncidentStory {
  return story.incident.outcome === 'no-safe-plan' && story.run === undefined
    ? { ...story, plan: undefined, decision: undefined, approval: undefined }
    : story;
}
