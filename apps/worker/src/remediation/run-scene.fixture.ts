import {
  PRODUCTION_TIMINGS,
  type Approval,
  type Incident,
  type Plan,
  type PlanStep,
  type PolicyDecision,
  type Run,
  type Target,
} from '@autoops/contracts';
import { newRun, rulesForUnknownEnvironment, type SignalPoints } from '@autoops/pipeline';
import { FakeClock, FakeTarget, MemoryStore, SequentialIds } from '@autoops/pipeline/fakes';
import pino from 'pino';
import { crashPoints } from '../crash-points.ts';
import type { RunDriverDependencies } from './ports.ts';
import { RunDriver } from './run-driver.ts';

export const WORKSPACE = '00000000-0000-7000-8000-0000000000aa';
const START = new Date('2026-01-15T12:00:00.000Z');
const DIGEST = 'a'.repeat(64);

function target(name: string): Target {
  return {
    key: `staging/${name}`,
    uid: `uid-${name}`,
    kind: 'service',
    name,
    service: 'checkout',
    environment: 'staging',
  };
}

function step(index: number, name: string, more: Partial<PlanStep> = {}): PlanStep {
  return {
    index,
    id: `step-${index}`,
    runbook: { name: `runbook-${index}`, version: 1, digest: DIGEST },
    title: `Set ${name}`,
    tool: 'sandbox',
    class: 'C',
    target: target(name),
    action: { kind: 'set', args: { level: 10 + index } },
    undo: { kind: 'set', args: { level: index } },
    irreversible: false,
    prechecks: [],
    canary: false,
    touches: { kind: 'job', count: 1, cap: 1, unavailable: 0 },
    before: { level: index },
    after: { level: 10 + index },
    evidence: 'evidence',
    ...more,
  };
}

/** An incident of checkout, of which nothing is planned yet. */
export function anIncident(more: Partial<Incident> = {}): Incident {
  return {
    id: '00000000-0000-7000-8000-0000000000c1',
    number: 1,
    version: 0,
    state: 'forecasted',
    service: 'checkout',
    environment: 'staging',
    kind: 'level',
    source: 'detector',
    severity: 'high',
    title: 'errors',
    openedAt: START.toISOString(),
    updatedAt: START.toISOString(),
    correlation: [],
    planVersion: 0,
    demo: false,
    ...more,
  };
}

export function aPlan(steps: readonly PlanStep[] = [step(0, 'job'), step(1, 'checkout'), step(2, 'orders')]): Plan {
  return {
    id: '00000000-0000-7000-8000-0000000000b1',
    incidentId: '00000000-0000-7000-8000-0000000000c1',
    version: 1,
    state: 'executed',
    hash: 'b'.repeat(64),
    environment: 'staging',
    service: 'checkout',
    title: 'Throttle, scale and park',
    requester: { kind: 'person', id: 'operator@demo' },
    author: 'platform',
    createdAt: START.toISOString(),
    steps: [...steps],
    prechecks: [],
    verification: {
      signals: [
        {
          signal: { indicator: 'client_error_ratio', of: 'service', service: 'storefront', labels: {} },
          op: 'lt',
          bound: 0.02,
          source: 'sandbox',
          view: 'client',
        },
      ],
      settleSeconds: 20,
      settleEndsEarly: true,
      windowSeconds: 15,
      minSamples: 5,
      sampleSeconds: 3,
    },
    expectedEffect: { indicator: 'client_error_ratio', text: 'recovers', withinSeconds: 30 },
    riskClass: 'low',
    reversible: true,
    trackRecord: { n: 0, succeeded: 0 },
    rejected: [],
    policyDigest: DIGEST,
  };
}

export { step as aStep };

/** A run on fakes that really keep state: store, target, clock; `errorRatio(t)` is what the clients see t seconds after the start. */
export class Scene {
  readonly clock = new FakeClock(START);
  readonly store = new MemoryStore(this.clock);
  readonly target: FakeTarget;
  readonly ids = new SequentialIds();
  readonly plan: Plan;
  readonly run: Run;
  errorRatio: (seconds: number) => number = () => 0;
  decisionEffect: 'allow' | 'deny' = 'allow';
  prechecksPass = true;
  approval: Approval | undefined;

  constructor(plan: Plan = aPlan(), target: FakeTarget = new FakeTarget()) {
    this.target = target;
    for (const planned of plan.steps) target.put(planned.target, planned.before);
    const incident = anIncident({
      id: plan.incidentId,
      state: 'executing',
      service: plan.service,
      environment: plan.environment,
      planVersion: 1,
      planId: plan.id,
    });
    this.run = newRun({ plan, incident, requester: plan.requester }, START, this.ids);
    this.plan = { ...plan, runId: this.run.id };
    this.store.rows.incidents.set(incident.id, incident);
    this.store.rows.plans.set(plan.id, this.plan);
    const { steps, ...run } = this.run;
    this.store.rows.runs.set(run.id, run);
    for (const row of steps) this.store.rows.steps.set(row.id, row);
  }

  /** A fresh worker process: it remembers nothing of the ones before it. */
  worker(change: Partial<RunDriverDependencies> = {}): RunDriver {
    const { store, clock, ids } = this;
    const read = async (from: Date, to: Date): Promise<SignalPoints> => {
      const timestampMs: number[] = [];
      for (let at = Math.ceil(from.getTime() / 1000) * 1000; at <= to.getTime(); at += 1000) timestampMs.push(at);
      return { timestampMs, value: timestampMs.map((at) => this.errorRatio((at - START.getTime()) / 1000)) };
    };
    return new RunDriver({
      state: store,
      records: records(store, () => this.approval),
      connectors: new Map([['sandbox', this.target]]),
      judge: {
        judge: async (_workspace, plan, _incident, _run, now) => decision(plan, this.decisionEffect, now),
        approversPermitted: async () => true,
        rules: async (_workspace, environment) => ({
          ...rulesForUnknownEnvironment(environment),
          blastRadius: {
            unavailableRatio: 1,
            messages: 50,
            perServiceInFlight: 4,
            perEnvironmentInFlight: 8,
            targetsPerHour: 100,
            rollbackReservePerHour: 100,
          },
        }),
      },
      prechecks: {
        check: async (_workspace, _plan, planned, _incident, now) =>
          this.prechecksPass
            ? []
            : [
                {
                  id: 'safe',
                  title: 'Is safe',
                  passed: false,
                  fact: `${planned.title} is not`,
                  checkedAt: now.toISOString(),
                  phase: 'dispatch',
                },
              ],
      },
      signals: {
        points: async (_workspace, _environment, signal, _service, from, to) =>
          signal.indicator === 'client_error_ratio' ? read(from, to) : { timestampMs: [], value: [] },
      },
      tokens: { keyId: 'key', issue: async (claims) => `token-${claims.jti}`, read: async () => undefined },
      clock,
      ids,
      timings: PRODUCTION_TIMINGS,
      crashAt: crashPoints(undefined),
      log: pino({ level: 'silent' }),
      ...change,
    });
  }

  now(): Run {
    const run = this.store.run(this.run.id);
    if (run === undefined) throw new Error('The run is gone.');
    return run;
  }

  levels(): readonly unknown[] {
    return this.plan.steps.map((planned) => this.target.states.get(planned.target.key)?.owned['level']);
  }

  /** Lets time pass and jobs come due until the run is at an end, or `seconds` are over. */
  async settle(worker: RunDriver, seconds = 300): Promise<Run> {
    await worker.drive(WORKSPACE, this.run.id);
    for (let second = 0; second < seconds * 4; second += 1) {
      if (
        ['succeeded', 'rolled-back', 'aborted', 'needs-human', 'rollback-failed', 'paused'].includes(this.now().state)
      )
        break;
      this.clock.advance(250);
      // The timers of the outbox; and every five seconds the sweeper, which knows nothing but the record.
      if (this.store.takeDue().length > 0 || second % 20 === 0) await worker.drive(WORKSPACE, this.run.id);
    }
    return this.now();
  }
}

function decision(plan: Plan, effect: 'allow' | 'deny', now: Date): PolicyDecision {
  return {
    id: '00000000-0000-7000-8000-0000000000d1',
    planId: plan.id,
    planHash: plan.hash,
    environment: plan.environment,
    phase: 'dispatch',
    verdict: {
      effect,
      ruleIds: ['rule'],
      rules: [],
      steps: [],
      facts: ['fact'],
      constraints: [],
      toBeAllowed: [],
      approvals: { required: 0, given: 0, role: 'approver' },
      shadowed: [],
    },
    bundleDigest: DIGEST,
    inputDigest: DIGEST,
    input: {},
    decidedAt: now.toISOString(),
    durationMicros: 1,
  };
}

function records(store: MemoryStore, approval: () => Approval | undefined): RunDriverDependencies['records'] {
  const none = async () => undefined;
  const empty = async () => [];
  return {
    incident: async (_workspace, id) => store.rows.incidents.get(id),
    openIncidents: empty,
    closedIncidents: empty,
    anomalies: empty,
    openAnomalies: empty,
    forecastsOf: async () => [],
    latestForecast: none,
    plan: async (_workspace, id) => store.rows.plans.get(id),
    plansOf: empty,
    approval: none,
    approvalOfPlan: async () => approval(),
    run: async (_workspace, id) => store.run(id),
    runsOf: empty,
    step: async (_workspace, id) => store.rows.steps.get(id),
    decisions: empty,
    evidence: empty,
    narrative: none,
    changes: empty,
    logs: empty,
    inputsOf: none,
  };
}
