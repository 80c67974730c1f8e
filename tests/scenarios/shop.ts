import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ENDED_RUN_STATES,
  Anomaly,
  Approval,
  AuditEntry,
  IncidentResource,
  IncidentRow,
  page,
  Plan,
  Run,
  ServiceResource,
  TimelineEntry,
} from '@autoops/contracts';
import { z } from 'zod';
import { sharedProduct, type Product } from '../product.ts';

type Environment = 'staging' | 'prod';
type RunningProduct = Pick<Product, 'url' | 'dataDir'>;
type Role = 'viewer' | 'operator' | 'approver' | 'admin' | 'ingest';
const Effect = z.looseObject({
  opId: z.string(),
  kind: z.string(),
  target: z.string(),
  at: z.string(),
  environment: z.string(),
});
export type Effect = z.infer<typeof Effect>;
const ExecuteAnswer = z.object({
  kind: z.enum(['run', 'approval']),
  run: Run.optional(),
  approval: Approval.optional(),
});
const Replayed = z.object({
  decisions: z.array(
    z.object({ what: z.string(), subject: z.string(), match: z.boolean(), why: z.string().optional() }),
  ),
});

/** The indicators with `opens: true` in apps/sandbox/config/indicators.yaml. */
const OPENING: ReadonlySet<string> = new Set([
  'error_ratio',
  'attempt_error_ratio',
  'latency_p95',
  'ready_replicas',
  'memory_ratio',
  'queue_age',
  'client_replica_error_ratio',
]);

const WELL_MS = 5_000;
const WELL_AT_MOST_MS = 40_000;
const RESET_AGAIN_MS = 40_000;

/** An answer of the API that is not 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

/** Asks until there is an answer. Throws naming what was awaited. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`No ${what} within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** One environment of a running product, as tests see it: only through the API that everybody has. */
export class Shop {
  readonly environment: Environment;
  readonly #url: string;
  readonly #dataDir: string;
  readonly #tokens: Readonly<Record<string, string>>;
  readonly #release: () => Promise<unknown>;
  #brokeAt = 0;

  private constructor(
    environment: Environment,
    product: RunningProduct,
    tokens: Readonly<Record<string, string>>,
    release: () => Promise<unknown>,
  ) {
    this.environment = environment;
    this.#url = product.url;
    this.#dataDir = product.dataDir;
    this.#tokens = tokens;
    this.#release = release;
  }

  /** Joins `running`, which whoever started it stops, or the product that the lanes share (or starts one). */
  static async join(environment: Environment, running?: RunningProduct): Promise<Shop> {
    const product = running === undefined ? await sharedProduct() : { ...running, stop: async () => undefined };
    const { tokens } = z
      .object({ tokens: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(product.dataDir, 'credentials.json'), 'utf8')));
    return new Shop(environment, product, tokens, () => product.stop());
  }

  /** Joins it, and waits until its baseline is learned. */
  static async open(environment: Environment, running?: RunningProduct): Promise<Shop> {
    const shop = await Shop.join(environment, running);
    await until('learned baseline', 150, async () => {
      const list = await shop.services();
      const learned = ['storefront', 'checkout', 'orders'].every((name) =>
        list.some((service) => service.service === name && !['learning', 'no-data'].includes(service.state)),
      );
      return learned ? list : undefined;
    });
    return shop;
  }

  /** Where the dashboard of this product is. */
  get url(): string {
    return this.#url;
  }

  async close(): Promise<void> {
    await this.#release();
  }

  /** The bearer of a role: what a person pastes on the sign-in page. */
  token(role: Role): string {
    const token = this.#tokens[role];
    if (token === undefined) throw new Error(`No token for ${role} in credentials.json`);
    return token;
  }

  /** Every secret that this product knows of, by role; none of them belongs into a page or an address. */
  get tokens(): readonly string[] {
    return Object.values(this.#tokens);
  }

  /** The process id of a part of the product as it is now. */
  pid(part: 'api' | 'worker'): number {
    const { pids } = z
      .object({ pids: z.record(z.string(), z.number()) })
      .parse(JSON.parse(readFileSync(join(this.#dataDir, 'runtime.json'), 'utf8')));
    const pid = pids[part];
    if (pid === undefined) throw new Error(`runtime.json names no ${part}`);
    return pid;
  }

  async call<T extends z.ZodType>(
    role: Role,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    schema: T,
    options: { body?: unknown; ifMatch?: string } = {},
  ): Promise<z.infer<T>> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: {
        authorization: `Bearer ${this.#tokens[role] ?? ''}`,
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID(), 'content-type': 'application/json' }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch}"` }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(options.body ?? {}) }),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new Refused(response.status, body);
    return schema.parse(body);
  }

  async services(): Promise<readonly ServiceResource[]> {
    return (await this.call('viewer', 'GET', `/api/v1/services?environment=${this.environment}`, page(ServiceResource)))
      .items;
  }

  /** The latest value of an indicator of a service; undefined while unknown. */
  async indicator(service: string, name: string): Promise<number | undefined> {
    const found = (await this.services()).find((item) => item.service === service);
    return found?.indicators.find((item) => item.indicator === name)?.latest ?? undefined;
  }

  /**
   * Heals the shop and waits until its clients have been well for five seconds and no anomaly lasts that belongs to an incident: until
   * then it belongs to the incident that was closed, and the next fault would not be a new one (hysteresis).
   */
  async heal(): Promise<void> {
    let resetAt = await this.#reset();
    let wellSince = Number.NaN;
    let unwell = '';
    await until(`healthy ${this.environment}`, 150, async () => {
      const errors = (await this.indicator('checkout', 'client_error_ratio')) ?? 1;
      const ready = (await this.indicator('checkout', 'ready_replicas')) ?? 0;
      const age = (await this.indicator('orders', 'queue_age')) ?? 0;
      if (errors > 0.01 || ready < 4 || age >= 5) wellSince = Number.NaN;
      else if (Number.isNaN(wellSince)) wellSince = Date.now();
      const well = Date.now() - wellSince;
      const lasting = (await this.lasting()).map(({ service, indicator }) => `${indicator} of ${service}`);
      // A machine that stalls can half-write an order at any moment, and orders then waits for a person: that is no fault of a test.
      if (age >= 5 && Date.now() - resetAt > RESET_AGAIN_MS) resetAt = await this.#reset();
      unwell = `clients' errors ${errors}, ready replicas ${ready}, queue age ${age}, lasting: ${lasting.join(', ')}`;
      // On a busy machine a latency may stay above its band for minutes: it binds only what is of its own service.
      return (well >= WELL_MS && lasting.length === 0) || well >= WELL_AT_MOST_MS ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${unwell}`);
    });
  }

  async #reset(): Promise<number> {
    await this.call('operator', 'POST', '/api/v1/demo/reset', z.unknown(), { body: { environment: this.environment } });
    return Date.now();
  }

  /** Anomalies that could have opened the incident that they belong to, and have not ended. */
  async lasting(): Promise<readonly Anomaly[]> {
    const path = `/api/v1/anomalies?environment=${this.environment}&open=true&limit=200`;
    const { items } = await this.call('viewer', 'GET', path, page(Anomaly));
    return items.filter(({ incidentId, indicator }) => incidentId !== undefined && OPENING.has(indicator));
  }

  /** Breaks the shop; `rising` while its load grows, where a noisy job hurts most. */
  async break(fault: string, rising = false): Promise<void> {
    this.#brokeAt = Date.now();
    await this.call('operator', 'POST', '/api/v1/demo/break', z.unknown(), {
      body: { fault, environment: this.environment, rising },
    });
  }

  /** Seconds since the fault, now or at an instant in milliseconds. */
  sinceBreak(at = Date.now()): number {
    return (at - this.#brokeAt) / 1000;
  }

  async incidents(): Promise<readonly IncidentRow[]> {
    const all = (
      await this.call('viewer', 'GET', `/api/v1/incidents?environment=${this.environment}&limit=100`, page(IncidentRow))
    ).items;
    return all.filter((row) => Date.parse(row.openedAt) >= this.#brokeAt - 1000);
  }

  /** The incident of the last fault. */
  async incident(seconds: number): Promise<IncidentResource> {
    const row = await until('incident', seconds, async () => (await this.incidents())[0]);
    return this.load(row.id);
  }

  load(id: string): Promise<IncidentResource> {
    return this.call('viewer', 'GET', `/api/v1/incidents/${id}`, IncidentResource);
  }

  plan(id: string): Promise<Plan> {
    return this.call('viewer', 'GET', `/api/v1/plans/${id}`, Plan);
  }

  run(id: string): Promise<Run> {
    return this.call('viewer', 'GET', `/api/v1/runs/${id}`, Run);
  }

  /** The judged plan of an incident; another than `before`. */
  async planOf(incidentId: string, seconds: number, before?: string): Promise<Plan> {
    return until('judged plan', seconds, async () => {
      const incident = await this.load(incidentId);
      if (incident.state === 'closed')
        throw new Error(`${incident.name} closed as ${incident.outcome} without a plan to execute`);
      if (incident.planId === undefined || incident.planId === before) return undefined;
      const plan = await this.plan(incident.planId);
      return plan.state === 'draft' ? undefined : plan;
    });
  }

  /** Asks as the operator for a plan of these runbooks, whatever their conditions say, and returns it once it is judged. */
  async guide(
    incidentId: string,
    runbooks: readonly { readonly name: string; readonly parameters?: Readonly<Record<string, number | string>> }[],
  ): Promise<Plan> {
    const before = (await this.load(incidentId)).planId;
    await this.call('operator', 'POST', '/api/v1/plan', z.unknown(), { body: { incidentId, runbooks } });
    return this.planOf(incidentId, 30, before);
  }

  /** Executes a plan as the operator, approves it as the approver where policy asks for it, and returns the run that started. */
  async execute(plan: Plan): Promise<Run> {
    // A person's own plan starts as soon as policy allows it.
    if (plan.requester.kind === 'person' && plan.state !== 'awaiting-approval')
      return this.run(await until('run of the guided plan', 30, async () => (await this.plan(plan.id)).runId));
    const answer = await this.call('operator', 'POST', `/api/v1/plans/${plan.id}/execute`, ExecuteAnswer, {
      ifMatch: plan.hash,
    });
    if (answer.run) return answer.run;
    const { approval } = answer;
    if (!approval) throw new Error('Execute answered neither a run nor an approval');
    await this.call('approver', 'POST', `/api/v1/approvals/${approval.id}/approve`, z.unknown(), {
      ifMatch: approval.planHash,
      body: { reason: 'scenario', target: approval.service },
    });
    const runId = await until('run after the approval', 30, async () => (await this.plan(plan.id)).runId);
    return this.run(runId);
  }

  /** Executes the plan that the incident has now: a newer one may take its place between reading and asking, and is asked for then. */
  async executeNewest(incidentId: string, seconds: number): Promise<Run> {
    return until('plan that stays until it is executed', seconds, async () =>
      this.execute(await this.planOf(incidentId, seconds)).catch((error: unknown) => {
        if (error instanceof Refused && error.status === 412) return undefined;
        throw error;
      }),
    );
  }

  ended(runId: string, seconds: number): Promise<Run> {
    return until('ended run', seconds, async () => {
      const run = await this.run(runId);
      return ENDED_RUN_STATES.includes(run.state) ? run : undefined;
    });
  }

  closed(incidentId: string, seconds: number): Promise<IncidentResource> {
    return until('closed incident', seconds, async () => {
      const incident = await this.load(incidentId);
      return incident.state === 'closed' ? incident : undefined;
    });
  }

  /** Every decision of an incident computed again, once its story is told. */
  async replayed(incidentId: string, seconds: number) {
    return until('told story', seconds, async () => {
      const { decisions } = await this.call('operator', 'POST', `/api/v1/incidents/${incidentId}/replay`, Replayed);
      return decisions.some((decision) => decision.what === 'narrative') ? decisions : undefined;
    });
  }

  async timeline(incidentId: string): Promise<readonly TimelineEntry[]> {
    return (await this.call('viewer', 'GET', `/api/v1/incidents/${incidentId}/timeline?limit=200`, page(TimelineEntry)))
      .items;
  }

  async audit(incidentId: string): Promise<readonly AuditEntry[]> {
    return (await this.call('viewer', 'GET', `/api/v1/audit?incidentId=${incidentId}&limit=200`, page(AuditEntry)))
      .items;
  }

  /** What was really done to this environment since the last fault, by the sandbox's own ledger. */
  async effects(): Promise<readonly Effect[]> {
    const { ledger } = await this.call(
      'viewer',
      'GET',
      '/api/v1/demo',
      z.looseObject({ ledger: z.object({ items: z.array(Effect) }) }),
    );
    return ledger.items.filter(
      (effect) => effect.environment === this.environment && Date.parse(effect.at) >= this.#brokeAt,
    );
  }
}

/** The runbooks of a plan, in its order, each once. */
export function runbooksOf(plan: Plan): readonly string[] {
  return [...new Set(plan.steps.map((step) => step.runbook.name))];
}
