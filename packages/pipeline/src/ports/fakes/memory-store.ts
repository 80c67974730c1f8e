import type {
  Anomaly,
  Approval,
  AuditDraft,
  Control,
  Evidence,
  Forecast,
  Incident,
  Narrative,
  Plan,
  PolicyDecision,
  Run,
  RunLogLine,
  Step,
} from '@autoops/contracts';
import type { CommitResult, Guard, OutboxDraft, Refusal, StateStore, Transition, Write } from '../state-store.ts';
import type { FakeClock } from './clock.ts';

class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, detail: string) {
    super(detail);
    this.refusal = refusal;
  }
}

interface Lock {
  readonly epoch: number;
  readonly holder: string | undefined;
  readonly expiresAt: number;
}

/** The whole state of a fake store; `commit` works on a copy and swaps it in, so that a refused transition leaves no trace. */
interface Rows {
  incidents: Map<string, Incident>;
  anomalies: Map<string, Anomaly>;
  forecasts: Map<string, Forecast>;
  plans: Map<string, Plan>;
  decisions: PolicyDecision[];
  approvals: Map<string, Approval>;
  runs: Map<string, Omit<Run, 'steps'>>;
  steps: Map<string, Step>;
  evidence: Omit<Evidence, 'id'>[];
  narratives: Map<string, Narrative>;
  audit: AuditDraft[];
  log: Omit<RunLogLine, 'line'>[];
  outbox: (OutboxDraft & { readonly dueAt: number })[];
  locks: Map<string, Lock>;
  inFlight: Map<string, { readonly service: string; readonly environment: string; readonly rollback: boolean }>;
  openBreakers: Set<string>;
  breakerOutcomes: { readonly runbook: string; readonly outcome: string }[];
  usedTokens: Set<string>;
  notified: NonNullable<Transition['notify']>[number][];
}

/**
 * A state store in memory with the same compare-and-set, guards and all-or-nothing as the real one. `onCommit` is called after
 * each commit (a crash simulation throws there); `controls` are the kill switches.
 */
export class MemoryStore implements StateStore {
  rows: Rows = {
    incidents: new Map(),
    anomalies: new Map(),
    forecasts: new Map(),
    plans: new Map(),
    decisions: [],
    approvals: new Map(),
    runs: new Map(),
    steps: new Map(),
    evidence: [],
    narratives: new Map(),
    audit: [],
    log: [],
    outbox: [],
    locks: new Map(),
    inFlight: new Map(),
    openBreakers: new Set(),
    breakerOutcomes: [],
    usedTokens: new Set(),
    notified: [],
  };
  controls: Control[] = [];
  commits = 0;
  onCommit: (commit: number) => void = () => undefined;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async commit(transition: Transition): Promise<CommitResult> {
    const before = this.rows;
    this.rows = copy(before);
    let epochs: Record<string, number> = {};
    try {
      for (const guard of transition.guards ?? []) epochs = { ...epochs, ...this.#guard(guard) };
      for (const write of transition.writes) this.#write(write);
    } catch (error) {
      this.rows = before;
      if (error instanceof Refused) return { ok: false, refusal: error.refusal, detail: error.message };
      throw error;
    }
    this.rows.audit.push(...transition.audit);
    for (const job of transition.outbox ?? []) this.#owe(job);
    this.rows.notified.push(...(transition.notify ?? []));
    this.commits += 1;
    this.onCommit(this.commits);
    return { ok: true, auditIds: transition.audit.map((_, index) => `A${this.rows.audit.length - index}`), epochs };
  }

  run(id: string): Run | undefined {
    const run = this.rows.runs.get(id);
    if (run === undefined) return undefined;
    const steps = [...this.rows.steps.values()]
      .filter((step) => step.runId === id)
      .toSorted((a, b) => a.index - b.index);
    return { ...run, steps };
  }

  /** Removes and returns the jobs that are due now. */
  takeDue(): readonly OutboxDraft[] {
    const now = this.#clock.monotonicMs();
    const due = this.rows.outbox.filter((job) => job.dueAt <= now);
    this.rows.outbox = this.rows.outbox.filter((job) => job.dueAt > now);
    return due;
  }

  #owe(job: OutboxDraft): void {
    const dueAt = this.#clock.monotonicMs() + (job.delayMs ?? 0);
    const known = this.rows.outbox.findIndex((other) => other.queue === job.queue && other.subjectId === job.subjectId);
    if (known < 0) this.rows.outbox.push({ ...job, dueAt });
    else this.rows.outbox[known] = { ...job, dueAt: Math.min(dueAt, this.rows.outbox[known]?.dueAt ?? dueAt) };
  }

  #guard(guard: Guard): Record<string, number> {
    const now = this.#clock.monotonicMs();
    const { locks, inFlight } = this.rows;
    switch (guard.kind) {
      case 'control': {
        const barred = this.controls.find(
          (control) =>
            guard.scopes.includes(control.scope) &&
            (control.level === 'freeze' || (guard.level === 'no-new' && control.level === 'no-new')),
        );
        if (barred !== undefined) throw new Refused('frozen', `${barred.scope} is ${barred.level}`);
        return {};
      }
      case 'locks.acquire': {
        const epochs: Record<string, number> = {};
        for (const key of guard.keys) {
          const lock = locks.get(key);
          if (lock?.holder !== undefined && lock.holder !== guard.holder && lock.expiresAt > now)
            throw new Refused('target-locked', key);
          const unresolved = [...this.rows.steps.values()].some(
            (step) =>
              step.target.key === key &&
              step.runId !== guard.holder &&
              (step.state === 'dispatched' || step.state === 'unknown'),
          );
          if (unresolved) throw new Refused('target-locked', `${key} has an unresolved operation`);
          epochs[key] = (lock?.epoch ?? 0) + 1;
          locks.set(key, { epoch: epochs[key], holder: guard.holder, expiresAt: now + guard.leaseMs });
        }
        return epochs;
      }
      case 'locks.hold': {
        const held = [...locks].filter(([, lock]) => lock.holder === guard.holder);
        if (held.length === 0) throw new Refused('target-locked', `${guard.holder} holds nothing`);
        for (const [key, lock] of held) locks.set(key, { ...lock, expiresAt: now + guard.leaseMs });
        return Object.fromEntries(held.map(([key, lock]) => [key, lock.epoch]));
      }
      case 'budget.reserve': {
        const others = [...inFlight].filter(
          ([holder, one]) => holder !== guard.holder && one.environment === guard.environment && !one.rollback,
        );
        if (
          !guard.rollback &&
          others.filter(([, one]) => one.service === guard.service).length >= guard.limits.perServiceInFlight
        )
          throw new Refused('budget-exhausted', guard.service);
        if (!guard.rollback && others.length >= guard.limits.perEnvironmentInFlight)
          throw new Refused('budget-exhausted', guard.environment);
        inFlight.set(guard.holder, {
          service: guard.service,
          environment: guard.environment,
          rollback: guard.rollback,
        });
        return {};
      }
      case 'breaker.closed':
        if (this.rows.openBreakers.has(guard.runbook)) throw new Refused('breaker-open', guard.runbook);
        return {};
      case 'incidents.known': {
        const unknown = [...this.rows.incidents.values()].find(
          (incident) =>
            incident.environment === guard.environment &&
            incident.state !== 'closed' &&
            !guard.ids.includes(incident.id),
        );
        if (unknown !== undefined) throw new Refused('conflict', `incident ${unknown.id} was opened meanwhile`);
        return {};
      }
      case 'rollback-token.use':
        if (this.rows.usedTokens.has(guard.id)) throw new Refused('token-used', guard.id);
        this.rows.usedTokens.add(guard.id);
        return {};
    }
  }

  #write(write: Write): void {
    const { rows } = this;
    const conflict = (): never => {
      throw new Refused('conflict', `${write.kind}: the row has moved on`);
    };
    switch (write.kind) {
      case 'incident.insert':
        rows.incidents.set(write.incident.id, { ...write.incident, number: rows.incidents.size + 1 });
        return;
      case 'incident.update': {
        const row = rows.incidents.get(write.id);
        if (row?.version !== write.expectedVersion) return conflict();
        rows.incidents.set(write.id, patch(row, { ...write.set, version: row.version + 1 }));
        return;
      }
      case 'anomaly.upsert':
        rows.anomalies.set(write.anomaly.id, write.anomaly);
        return;
      case 'forecast.insert':
        rows.forecasts.set(write.forecast.id, write.forecast);
        return;
      case 'plan.insert':
        rows.plans.set(write.plan.id, write.plan);
        return;
      case 'plan.update': {
        const row = rows.plans.get(write.id);
        if (row === undefined || !write.expectedStates.includes(row.state)) return conflict();
        rows.plans.set(write.id, patch(row, write.set));
        return;
      }
      case 'decision.insert':
        rows.decisions.push(write.decision);
        return;
      case 'approval.insert':
        rows.approvals.set(write.approval.id, write.approval);
        return;
      case 'approval.update': {
        const row = rows.approvals.get(write.id);
        if (row?.version !== write.expectedVersion) return conflict();
        rows.approvals.set(write.id, patch(row, { ...write.set, version: row.version + 1 }));
        return;
      }
      case 'run.insert': {
        const { steps, ...run } = write.run;
        rows.runs.set(run.id, run);
        for (const step of steps) rows.steps.set(step.id, step);
        return;
      }
      case 'run.update': {
        const row = rows.runs.get(write.id);
        if (row?.version !== write.expectedVersion) return conflict();
        rows.runs.set(write.id, patch(row, { ...write.set, version: row.version + 1 }));
        return;
      }
      case 'step.update': {
        const row = rows.steps.get(write.id);
        if (row?.state !== write.expectedState || row.epoch !== write.expectedEpoch) return conflict();
        rows.steps.set(write.id, patch(row, write.set));
        return;
      }
      case 'run-log.append':
        rows.log.push(...write.lines);
        return;
      case 'evidence.insert':
        rows.evidence.push(write.evidence);
        return;
      case 'narrative.upsert':
        rows.narratives.set(write.narrative.incidentId, write.narrative);
        return;
      case 'value.upsert':
        return;
      case 'breaker.record':
        rows.breakerOutcomes.push({ runbook: write.runbook, outcome: write.outcome });
        return;
      case 'locks.release':
        for (const [key, lock] of rows.locks)
          if (lock.holder === write.holder) rows.locks.set(key, { ...lock, holder: undefined, expiresAt: 0 });
        return;
      case 'budget.release':
        rows.inFlight.delete(write.holder);
        return;
    }
  }
}

function copy(rows: Rows): Rows {
  return structuredClone(rows);
}

/** Merges like the real store: a member set to undefined is removed. */
function patch<Row extends object>(row: Row, set: object): Row {
  const merged: Record<string, unknown> = Object.fromEntries([...Object.entries(row), ...Object.entries(set)]);
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  return merged as Row;
}
