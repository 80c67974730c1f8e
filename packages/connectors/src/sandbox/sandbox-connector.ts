import { JsonObject, Target, type Action, type ToolClass } from '@autoops/contracts';
import type { ActionOutcome, ActionRequest, TargetConnector, TargetState } from '@autoops/pipeline/ports';
import { z } from 'zod';
import { SandboxUnanswered, type SandboxClient } from './sandbox-client.ts';

const ActionAnswer = z.object({
  opId: z.string(),
  applied: z.boolean(),
  target: z.string(),
  targetUid: z.string(),
  before: JsonObject,
  after: JsonObject,
  inverse: z.object({ kind: z.string(), args: JsonObject }),
});
const ProblemAnswer = z.object({ code: z.string(), detail: z.string() });
const SandboxTarget = z.looseObject({
  key: z.string(),
  uid: z.string(),
  kind: z.string(),
  name: z.string().optional(),
  service: z.string().optional(),
  job: z.string().optional(),
  queue: z.string().optional(),
  desired: JsonObject.default({}),
  observed: JsonObject.default({}),
  limits: JsonObject.optional(),
});
const StateAnswer = z.object({ environment: z.string(), targets: z.array(SandboxTarget) });

const KINDS: Readonly<Record<string, Target['kind']>> = {
  'replica-set': 'service',
  replica: 'replica',
  job: 'job',
  queue: 'queue',
  route: 'route',
};

/** Refusals that another attempt under the same key may turn into an effect: the state forbade it just then. */
const RETRYABLE_CODES = new Set(['last-replica']);
const READ_MS = 5_000;

/** The sandbox's control API as a tool of class C: it honours the idempotency key and remembers the highest epoch of a target. */
export class SandboxConnector implements TargetConnector {
  readonly tool = 'sandbox' as const;
  readonly #client: SandboxClient;

  constructor(client: SandboxClient) {
    this.#client = client;
  }

  classOf(_action: Action): ToolClass {
    return 'C';
  }

  async discover(environment: string): Promise<readonly TargetState[]> {
    const { status, body } = await this.#client.send('GET', `/v1/state/${encodeURIComponent(environment)}`, {
      timeoutMs: READ_MS,
    });
    if (status !== 200) return [];
    return StateAnswer.parse(body).targets.map((target) => stateOf(target, environment));
  }

  async read(target: Target): Promise<TargetState | undefined> {
    const { status, body } = await this.#client.send('GET', `/v1/targets/${encodeURIComponent(target.key)}`, {
      timeoutMs: READ_MS,
    });
    if (status === 404) return undefined;
    if (status !== 200) throw new SandboxUnanswered(`The sandbox answered ${status} for ${target.key}.`, true);
    return stateOf(SandboxTarget.parse(body), target.environment);
  }

  async dryRun(request: Parameters<TargetConnector['dryRun']>[0]) {
    const { status, body } = await this.#post(request, 'dry-run', { dryRun: true });
    const answer = ActionAnswer.safeParse(body);
    if (status !== 200 || !answer.success) {
      return { ok: false, before: {}, after: {}, inverse: undefined, detail: problemOf(status, body) };
    }
    const { before, after, inverse } = answer.data;
    return { ok: true, before, after, inverse, detail: 'The sandbox would do it.' };
  }

  async execute(request: ActionRequest): Promise<ActionOutcome> {
    try {
      const { status, body } = await this.#post(request, request.opId, { epoch: request.epoch });
      return outcomeOfAnswer(status, body);
    } catch (error) {
      if (!(error instanceof SandboxUnanswered)) throw error;
      // No connection means that no byte of the request left.
      return error.neverSent
        ? { kind: 'failed', retryable: true, detail: error.message }
        : { kind: 'unknown', detail: error.message };
    }
  }

  /** The ledger says whether the key ever had an effect; the stored answer comes from asking again under the same key. */
  async outcomeOf(request: ActionRequest): Promise<ActionOutcome | { readonly kind: 'never' }> {
    try {
      const { status, body } = await this.#client.send(
        'GET',
        `/v1/ledger?environment=${encodeURIComponent(request.target.environment)}`,
        { timeoutMs: READ_MS },
      );
      const ledger = z.object({ items: z.array(z.object({ opId: z.string() })) }).safeParse(body);
      if (status !== 200 || !ledger.success)
        return { kind: 'unknown', detail: `The sandbox's ledger answered ${status}.` };
      if (!ledger.data.items.some((item) => item.opId === request.opId)) return { kind: 'never' };
      return await this.execute(request);
    } catch (error) {
      if (!(error instanceof SandboxUnanswered)) throw error;
      return { kind: 'unknown', detail: error.message };
    }
  }

  #post(request: Omit<ActionRequest, 'opId' | 'epoch'>, key: string, more: Readonly<Record<string, unknown>>) {
    const { action, target } = request;
    return this.#client.send('POST', '/v1/actions', {
      // The target is fenced by its uid unless the action itself names something smaller (one replica of a set).
      body: {
        kind: action.kind,
        environment: target.environment,
        target: target.key,
        targetUid: target.uid,
        args: action.args,
        ...more,
      },
      headers: {
        'idempotency-key': key,
        ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
      },
      timeoutMs: request.timeoutMs,
      signal: request.signal,
      answering: request.answering,
    });
  }
}

function outcomeOfAnswer(status: number, body: unknown): ActionOutcome {
  const answer = ActionAnswer.safeParse(body);
  if (status === 200 && answer.success) {
    const { before, after, inverse, applied, targetUid } = answer.data;
    return { kind: 'applied', before, after, detail: { inverse, targetUid, changed: applied } };
  }
  const problem = ProblemAnswer.safeParse(body);
  if (status >= 400 && status < 500 && problem.success) {
    return {
      kind: 'failed',
      retryable: RETRYABLE_CODES.has(problem.data.code),
      detail: `${problem.data.code}: ${problem.data.detail}`,
    };
  }
  // A 5xx may have begun the effect.
  return { kind: 'unknown', detail: `The sandbox answered ${status}.` };
}

function problemOf(status: number, body: unknown): string {
  const problem = ProblemAnswer.safeParse(body);
  return problem.success ? `${problem.data.code}: ${problem.data.detail}` : `The sandbox answered ${status}.`;
}

function stateOf(target: z.infer<typeof SandboxTarget>, environment: string): TargetState {
  const name = target.name ?? target.job ?? target.queue ?? target.service ?? target.key;
  return {
    target: Target.parse({
      key: target.key,
      uid: target.uid,
      kind: KINDS[target.kind] ?? 'service',
      name,
      service: target.service ?? target.queue ?? target.job ?? name,
      environment,
    }),
    owned: target.desired,
    observed: { ...target.observed, ...(target.limits === undefined ? {} : { limits: target.limits }) },
  };
}
