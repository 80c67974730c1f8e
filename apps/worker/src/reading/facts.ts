import type { Actor, Approval, Incident, Plan, PlanStep, PolicyDecision, PrecheckResult } from '@autoops/contracts';
import { recheck, PLANNER, type ConditionContext, type PolicyActor, type PolicyFacts } from '@autoops/pipeline';
import type { Clock, TargetConnector } from '@autoops/pipeline/ports';
import type { WorkerStore } from '../worker-store.ts';
import type { Configuration } from './configuration.ts';

const HOUR_MS = 3_600_000;
/** How far back the Planner looks at indicators and logs, and a precheck right before its step. */
const PLANNING_MS = 5 * 60_000;
const PRECHECK_MS = 90_000;

/** Gathers what stages decide on. Everything read here becomes input of a decision and is stored with it. */
export class Facts {
  readonly #store: WorkerStore;
  readonly #configuration: Configuration;
  readonly #connectors: ReadonlyMap<string, TargetConnector>;
  readonly #clock: Clock;

  constructor(
    store: WorkerStore,
    configuration: Configuration,
    connectors: ReadonlyMap<string, TargetConnector>,
    clock: Clock,
  ) {
    this.#store = store;
    this.#configuration = configuration;
    this.#connectors = connectors;
    this.#clock = clock;
  }

  /** What policy judges a plan on. `actor` is the planner itself, or the person who executes. */
  async policy(
    workspaceId: string,
    plan: Plan,
    phase: PolicyDecision['phase'],
    options: {
      readonly approval?: Approval | undefined;
      readonly actor?: PolicyActor | undefined;
      readonly budgetLeft?: number | undefined;
    } = {},
  ): Promise<PolicyFacts> {
    const { history, controls } = this.#store;
    const { environment } = plan;
    const now = this.#clock.now();
    const configuration = await this.#configuration.of(workspaceId);
    const used = new Set(plan.steps.map((step) => step.runbook.name));
    const [rules, replicas, inFlight, touched, switches, approvers, breakers, sensor, forecast] = await Promise.all([
      this.#configuration.rulesOf(workspaceId, environment),
      this.#replicas(workspaceId, environment, now),
      history.actionsInFlight(workspaceId, environment),
      history.targetsTouchedSince(workspaceId, environment, new Date(now.getTime() - HOUR_MS)),
      controls.list(workspaceId),
      this.#approvers(workspaceId, options.approval),
      Promise.all(
        plan.steps.map(async ({ runbook, target }) => ({
          runbook: runbook.name,
          targetKey: target.key,
          state: await history.breaker(workspaceId, runbook.name, target.kind, environment, target.key),
        })),
      ),
      this.#sensor(workspaceId, environment),
      this.#store.records.latestForecast(workspaceId, plan.incidentId),
    ]);
    return {
      phase,
      rules,
      runbooks: configuration.runbooks
        .filter(({ runbook }) => used.has(runbook.metadata.name))
        .map(({ runbook }) => runbook),
      replicas,
      actor: options.actor ?? PLANNER,
      approvals: options.approval === undefined ? [] : [options.approval],
      approvers,
      controls: switches,
      actionsInFlight: inFlight,
      targetsLastHour: touched,
      budgetLeft: options.budgetLeft ?? forecast?.budgetLeft,
      breakers,
      sensor,
    };
  }

  /** Who asked, with the rights of their newest session or token; undefined for the planner itself, which acts by its own name. */
  async actorOf(workspaceId: string, requester: Actor): Promise<PolicyActor | undefined> {
    if (requester.kind === 'system') return undefined;
    const rights = (await this.#store.rights.rightsOf(workspaceId, [requester.id]))[requester.id];
    return {
      ...requester,
      permissions: rights?.permissions ?? [],
      environments: rights?.environments ?? [],
      maxBlastRadius: rights?.maxBlastRadius,
    };
  }

  /** True when everybody who approved may still approve in the approval's environment. */
  async approversPermitted(workspaceId: string, approval: Approval): Promise<boolean> {
    const rights = await this.#approvers(workspaceId, approval);
    return approval.decisions
      .filter((decision) => decision.decision === 'approve')
      .every(({ actor }) => {
        const known = rights[actor.id];
        return (
          known !== undefined &&
          known.permissions.includes('autoops:approve') &&
          (known.environments.length === 0 || known.environments.includes(approval.environment))
        );
      });
  }

  /** What conditions of an incident are read from, for one target. */
  async conditions(
    workspaceId: string,
    incident: Incident,
    now: Date,
    lookBackMs = PLANNING_MS,
  ): Promise<Omit<ConditionContext, 'target'>> {
    const { records, indicators } = this.#store;
    const from = new Date(now.getTime() - lookBackMs);
    const { environment } = incident;
    const [windows, anomalies, changes, logs, forecast] = await Promise.all([
      indicators.window(workspaceId, { environment, from, to: now }),
      records.openAnomalies(workspaceId),
      records.changes(workspaceId, { environment, from: new Date(now.getTime() - HOUR_MS), to: now }),
      records.logs(workspaceId, { environment, from, to: now, limit: 2_000 }),
      records.latestForecast(workspaceId, incident.id),
    ]);
    return {
      now,
      environment,
      incidentService: incident.service,
      indicators: windows,
      anomalies,
      changes,
      logs,
      forecast,
    };
  }

  /** A step's prechecks on fresh data; a target that cannot be read fails them. */
  async prechecks(
    workspaceId: string,
    step: PlanStep,
    incident: Incident,
    now: Date,
    phase: PrecheckResult['phase'],
  ): Promise<readonly PrecheckResult[]> {
    if (step.prechecks.length === 0) return [];
    const [context, target] = await Promise.all([
      this.conditions(workspaceId, incident, now, PRECHECK_MS),
      this.#connectors.get(step.tool)?.read(step.target),
    ]);
    return recheck(step.prechecks, { ...context, target }, phase);
  }

  /** The prechecks of a whole plan on fresh data, those of a runbook once for each of its targets. */
  async planPrechecks(
    workspaceId: string,
    plan: Plan,
    incident: Incident,
    now: Date,
    phase: PrecheckResult['phase'],
  ): Promise<readonly PrecheckResult[]> {
    const once = new Map(plan.steps.map((step) => [`${step.runbook.name} ${step.target.key}`, step]));
    const results: PrecheckResult[] = [];
    for (const step of once.values()) results.push(...(await this.prechecks(workspaceId, step, incident, now, phase)));
    return results;
  }

  async #replicas(workspaceId: string, environment: string, now: Date): Promise<PolicyFacts['replicas']> {
    const from = new Date(now.getTime() - 60_000);
    const [desired, ready] = await Promise.all(
      ['desired_replicas', 'ready_replicas'].map((indicator) =>
        this.#store.indicators.window(workspaceId, { environment, indicator, from, to: now }),
      ),
    );
    const latest = (windows: typeof desired, service: string): number | undefined =>
      windows
        ?.find((window) => window.service === service && Object.keys(window.labels).length === 0)
        ?.value.findLast((value) => Number.isFinite(value));
    const services = new Set([...(desired ?? []), ...(ready ?? [])].map((window) => window.service));
    return Object.fromEntries(
      [...services].flatMap((service) => {
        const wanted = latest(desired, service);
        const there = latest(ready, service) ?? wanted;
        return wanted === undefined || there === undefined ? [] : [[service, { desired: wanted, ready: there }]];
      }),
    );
  }

  async #approvers(workspaceId: string, approval: Approval | undefined): Promise<PolicyFacts['approvers']> {
    const subjects = [...new Set((approval?.decisions ?? []).map(({ actor }) => actor.id))];
    return subjects.length === 0 ? {} : this.#store.rights.rightsOf(workspaceId, subjects);
  }

  /** How many replicas there are, how many look sick, and whether another view than the services' own says that something is wrong. */
  async #sensor(workspaceId: string, environment: string): Promise<PolicyFacts['sensor']> {
    const [seen, anomalies] = await Promise.all([
      Promise.all([...this.#connectors.values()].map((connector) => connector.discover(environment).catch(() => []))),
      this.#store.records.openAnomalies(workspaceId),
    ]);
    const replicas = seen.flat().filter(({ target }) => target.kind === 'replica');
    const sick = replicas.filter(({ observed }) => observed['ready'] === false).length;
    const agreeing = anomalies.some(
      (anomaly) =>
        anomaly.environment === environment && /^(client|balancer)_|^orders_confirmed/.test(anomaly.indicator),
    );
    return { targets: replicas.length, sick, agreeingProbe: agreeing };
  }
}
