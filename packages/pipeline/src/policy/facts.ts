import type {
  Actor,
  Approval,
  Control,
  EnvironmentRules,
  Permission,
  PolicyDecision,
  Runbook,
} from '@autoops/contracts';

/** Who acts, as the role rule reads it. `environments` empty = all; `maxBlastRadius` undefined = no limit of its own. */
export interface PolicyActor extends Actor {
  readonly permissions: readonly Permission[];
  readonly environments: readonly string[];
  readonly maxBlastRadius?: number | undefined;
}

/** What an approver may do now, so that an approver who lost the role no longer counts. */
export type ApproverRights = Omit<PolicyActor, 'kind' | 'id'>;

/** What policy judges a plan on beside the plan itself. All of it is input, so that a decision can be replayed. */
export interface PolicyFacts {
  readonly phase: PolicyDecision['phase'];
  readonly rules: EnvironmentRules;
  /** The runbooks that the plan uses, as they are in force. */
  readonly runbooks: readonly Runbook[];
  /** Replicas by service. */
  readonly replicas: Readonly<Record<string, { readonly desired: number; readonly ready: number }>>;
  /** The planner itself (`system`), or the person who executes. */
  readonly actor: PolicyActor;
  readonly approvals: readonly Approval[];
  /** Rights by approver's id; whoever is missing has none. */
  readonly approvers: Readonly<Record<string, ApproverRights>>;
  readonly controls: readonly Control[];
  readonly actionsInFlight: readonly {
    readonly service: string;
    readonly targetKey: string;
    readonly rollback: boolean;
  }[];
  readonly targetsLastHour: readonly string[];
  /** Share of the error budget left of the plan's service in [0,1]; undefined where it is not known. */
  readonly budgetLeft: number | undefined;
  readonly breakers: readonly {
    readonly runbook: string;
    readonly targetKey: string;
    readonly state: 'closed' | 'half-open' | 'open';
  }[];
  /** Targets of the scope, how many look sick, and whether a probe of another view says so too. */
  readonly sensor: { readonly targets: number; readonly sick: number; readonly agreeingProbe: boolean };
}

/** The planner acting by itself. */
export const PLANNER: PolicyActor = { kind: 'system', id: 'planner', permissions: [], environments: [] };
