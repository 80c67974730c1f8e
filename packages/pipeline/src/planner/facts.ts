import type {
  Anomaly,
  ChangeEvent,
  Forecast,
  Incident,
  LogRecord,
  Plan,
  PolicyVerdict,
  Runbook,
  Topology,
} from '@autoops/contracts';
import type { IdGenerator } from '../ports/clock.ts';
import type { IndicatorWindow } from '../ports/readers.ts';
import type { TargetConnector, TargetState } from '../ports/target-connector.ts';
import type { Parameters } from './bind-parameters.ts';
import type { TrackRecord } from './rank.ts';

/** A runbook of the catalogue with the digest of its file. */
export interface CatalogueRunbook {
  readonly runbook: Runbook;
  readonly digest: string;
}

/** How a runbook fared on a service of this environment. */
export interface RunbookRecord extends TrackRecord {
  readonly runbook: string;
  readonly service: string;
  readonly lastRunAt: Date | undefined;
  readonly attemptsInWindow: number;
}

/** Everything a plan is made from, as data, so that a plan can be replayed. */
export interface PlanningFacts {
  readonly workspaceId: string;
  readonly incident: Incident;
  readonly anomalies: readonly Anomaly[];
  readonly forecast: Forecast | undefined;
  readonly indicators: readonly IndicatorWindow[];
  readonly changes: readonly ChangeEvent[];
  readonly logs: readonly LogRecord[];
  readonly runbooks: readonly CatalogueRunbook[];
  readonly targets: readonly TargetState[];
  readonly topology: Topology;
  readonly records: readonly RunbookRecord[];
  /** Toggles of the environment's rules. */
  readonly toggles: Readonly<Record<string, 'off' | 'shadow' | 'on'>>;
  readonly previousPlan: Plan | undefined;
  readonly requester: Plan['requester'];
  readonly policyDigest: string;
  /** Keys of targets that plans of other open incidents work on. */
  readonly claimedTargets?: readonly string[];
}

/** What the Planner asks while it plans. Nothing of it has an effect. */
export interface PlanningPorts {
  /** Policy's verdict on a candidate, by the same Rego that judges the plan. Throws on a fault. */
  judge(candidate: Plan): Promise<PolicyVerdict>;
  /** The tool of a step: its class of an action, and a dry run by the same code path as the real one. */
  tool(name: 'sandbox' | 'http'): Pick<TargetConnector, 'classOf' | 'dryRun'>;
  readonly ids: IdGenerator;
  readonly callMs: number;
}

/** A runbook that a person wants to run, with parameters that replace the computed ones. */
export interface ForcedRunbook {
  readonly name: string;
  readonly parameters?: Parameters | undefined;
  /** Only on these targets; otherwise on all that the runbook binds. */
  readonly targetKeys?: readonly string[] | undefined;
}
