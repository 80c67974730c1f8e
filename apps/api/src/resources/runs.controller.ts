import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { page, Run, RunLogLine, type Principal } from '@autoops/contracts';
import { requestAbort, requestPause, requestResume, requestRollback, type Decision } from '@autoops/pipeline';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, requireEnvironment, within } from '../answers/call.ts';
import { carryOut, onFreshRead } from '../answers/decide.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters } from '../answers/pages.ts';
import { found, ProblemError } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';
import { RunChanged } from './answers-of-decisions.ts';

const RunParameters = PageParameters.extend({
  state: z.string().max(40).optional(),
  environment: z.string().max(64).optional(),
  service: z.string().max(64).optional(),
  runbook: z.string().max(64).optional(),
  incidentId: z.uuid().optional(),
});
const LogParameters = z.object({
  from: z.coerce.number().int().min(1).max(2_147_483_647).default(1),
  until: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  order: z.enum(['oldest', 'newest']).optional(),
  /** Only lines of level warn or error; `total` then counts those. */
  failures: z.stringbool().optional(),
  /** Only lines that hold this text; `total` then counts those. */
  text: z.string().min(1).max(200).optional(),
});
const RunLog = z.object({ lines: z.array(RunLogLine), total: z.number().int() });
/** Without a token, the run's own is used: whoever may roll back may also read it. */
const RollbackRequest = z.strictObject({ token: z.string().max(8_192).optional() });
/** `paused: false` and `resume: true` both go on; with neither a paused run goes on and a running one pauses. */
const PauseRequest = z.strictObject({ resume: z.boolean().optional(), paused: z.boolean().optional() });

/** Runs: executions of plans, their logs, and the brakes. */
@Controller()
export class RunsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('runs.list', { response: page(Run) })
  @QueryParameters(RunParameters)
  async list(@Caller() caller: Principal, @Query({ schema: RunParameters }) query: z.infer<typeof RunParameters>) {
    const runs = await this.adapters.readModels.runs(caller.workspaceId, within(caller, query));
    return { ...runs, items: runs.items.map((run) => forCaller(caller, run)) };
  }

  @Operation('runs.get', { response: Run })
  async get(@Caller() caller: Principal, @Param('id') id: string) {
    return forCaller(caller, foundWithin(caller, await this.adapters.readModels.run(caller.workspaceId, id)));
  }

  @Operation('runs.log', { response: RunLog })
  @QueryParameters(LogParameters)
  async log(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query({ schema: LogParameters }) query: z.infer<typeof LogParameters>,
  ) {
    const run = foundWithin(caller, await this.adapters.readModels.run(caller.workspaceId, id));
    return this.adapters.readModels.runLog(caller.workspaceId, run.id, query);
  }

  @Operation('runs.rollback', { response: RunChanged, status: 202 })
  rollback(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: RollbackRequest.prefault({}) }) body: z.infer<typeof RollbackRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const loaded = await this.#loaded(caller, id);
      const tokenId = await this.#tokenId(caller, loaded.run, body.token);
      return this.#carryOut(
        caller,
        'run.rollback',
        loaded.run,
        requestRollback({ ...this.#request(caller, loaded), tokenId }),
        reply,
      );
    });
  }

  @Operation('runs.pause', { response: RunChanged, status: 202 })
  pause(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: PauseRequest.prefault({}) }) body: z.infer<typeof PauseRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const loaded = await this.#loaded(caller, id);
      const request = this.#request(caller, loaded);
      const resume = body.resume ?? (body.paused === undefined ? loaded.run.state === 'paused' : !body.paused);
      return this.#carryOut(
        caller,
        resume ? 'run.resume' : 'run.pause',
        loaded.run,
        resume ? requestResume(request) : requestPause(request),
        reply,
      );
    });
  }

  @Operation('runs.abort', { response: RunChanged, status: 202 })
  abort(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return onFreshRead(async () => {
      const loaded = await this.#loaded(caller, id);
      return this.#carryOut(caller, 'run.abort', loaded.run, requestAbort(this.#request(caller, loaded)), reply);
    });
  }

  async #loaded(caller: Principal, id: string) {
    const { records, readModels } = this.adapters;
    const { id: known } = found(await readModels.run(caller.workspaceId, id));
    const run = found(await records.run(caller.workspaceId, known));
    requireEnvironment(caller, run.environment);
    const [plan, incident] = await Promise.all([
      records.plan(caller.workspaceId, run.planId),
      records.incident(caller.workspaceId, run.incidentId),
    ]);
    return { run, plan: found(plan), incident: found(incident) };
  }

  /** The id of the token shown, after its signature, workspace and run were checked; the run's own where none is shown. */
  async #tokenId(caller: Principal, run: Run, shown: string | undefined): Promise<string> {
    const own = run.rollbackToken?.id ?? '';
    if (shown === undefined) return own;
    const claims = await this.adapters.rollbackTokens.read(shown, this.adapters.clock.now());
    if (
      claims === undefined ||
      claims.workspace !== caller.workspaceId ||
      claims.run !== run.id ||
      claims.jti !== own
    ) {
      throw new ProblemError(
        'wrong-state',
        'This rollback token is not of this run, has expired, or was not issued here.',
      );
    }
    return claims.jti;
  }

  #request<T extends object>(caller: Principal, loaded: T) {
    return { ...loaded, workspaceId: caller.workspaceId, actor: actorOf(caller), now: this.adapters.clock.now() };
  }

  async #carryOut(caller: Principal, verb: string, run: Run, decision: Decision<Run>, reply: FastifyReply) {
    const about = {
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      verb,
      subject: { kind: 'run', id: run.id },
    };
    const { value, auditId } = await carryOut(this.adapters.state, decision, about, reply);
    return { run: forCaller(caller, value), auditId };
  }
}

/** The signed token itself is answered only to whoever may use it (contracts, RollbackToken). */
function forCaller(caller: Principal, run: Run): Run {
  if (run.rollbackToken?.token === undefined || caller.permissions.includes('aiops:remediate')) return run;
  const { token: _secret, ...rest } = run.rollbackToken;
  return { ...run, rollbackToken: rest };
}
