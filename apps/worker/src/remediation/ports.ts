import type {
  Approval,
  EnvironmentRules,
  Incident,
  Plan,
  PlanStep,
  PolicyDecision,
  PrecheckResult,
  Run,
  Timings,
  VerificationSignal,
} from '@autoops/contracts';
import type { RollbackTokens, SignalPoints } from '@autoops/pipeline';
import type { Clock, IdGenerator, RecordReader, StateStore, TargetConnector } from '@autoops/pipeline/ports';
import type { CrashAt } from '../crash-points.ts';
import type { Log } from '../telemetry/log.ts';

/** Policy asked again on fresh data, right before a step leaves. */
export interface DispatchJudge {
  judge(workspaceId: string, plan: Plan, incident: Incident, run: Run, now: Date): Promise<PolicyDecision>;
  approversPermitted(workspaceId: string, approval: Approval): Promise<boolean>;
  rules(workspaceId: string, environment: string): Promise<EnvironmentRules>;
}

/** Evaluates a step's prechecks on fresh data. */
export interface PrecheckReader {
  check(
    workspaceId: string,
    plan: Plan,
    step: PlanStep,
    incident: Incident,
    now: Date,
  ): Promise<readonly PrecheckResult[]>;
}

/** Reads the points of the signals that waits, canaries and verification look at. */
export interface SignalReader {
  points(
    workspaceId: string,
    environment: string,
    signal: Pick<VerificationSignal['signal'], 'indicator' | 'labels' | 'service'>,
    service: string,
    from: Date,
    to: Date,
  ): Promise<SignalPoints>;
}

/** Everything the run driver works with. */
export interface RunDriverDependencies {
  readonly state: StateStore;
  readonly records: RecordReader;
  readonly connectors: ReadonlyMap<string, TargetConnector>;
  readonly judge: DispatchJudge;
  readonly prechecks: PrecheckReader;
  readonly signals: SignalReader;
  readonly tokens: RollbackTokens;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly timings: Timings;
  readonly crashAt: CrashAt;
  readonly log: Log;
}
