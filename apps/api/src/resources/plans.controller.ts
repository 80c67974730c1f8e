import { Body, Controller, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { DryRun, EvaluateResponse, page, Plan, type Principal } from '@autoops/contracts';
import { requestExecute } from '@autoops/pipeline';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, within } from '../answers/call.ts';
import { carryOut, onFreshRead } from '../answers/decide.ts';
import { requireIfMatch, requireSameHash, tagWithHash } from '../answers/etag.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters } from '../answers/pages.ts';
import { found } from '../answers/problem.ts';
import { dryRunPlan, evaluatePlan } from '../preview/evaluate.ts';
import { ADAPTERS } from '../tokens.ts';
import { ExecuteAnswer } from './answers-of-decisions.ts';

const PlanParameters = PageParameters.extend({
  incidentId: z.uuid().optional(),
  environment: z.string().max(64).optional(),
  state: z.string().max(40).optional(),
});
const RemediateRequest = z.strictObject({ planId: z.uuid() });

/** Plans: what would be done, what policy says of it, and Execute. */
@Controller()
export class PlansController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('plans.list', { response: page(Plan) })
  @QueryParameters(PlanParameters)
  list(@Caller() caller: Principal, @Query({ schema: PlanParameters }) query: z.infer<typeof PlanParameters>) {
    return this.adapters.readModels.plans(caller.workspaceId, within(caller, query));
  }

  @Operation('plans.get', { response: Plan })
  async get(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const plan = await this.#plan(caller, id);
    tagWithHash(reply, plan.hash);
    return plan;
  }

  @Operation('plans.evaluate', { response: EvaluateResponse })
  async evaluate(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await evaluatePlan(this.adapters, caller, await this.#plan(caller, id));
    void reply.header('X-Audit-Id', answer.auditId);
    return answer;
  }

  @Operation('plans.dry-run', { response: DryRun.extend({ auditId: z.string() }) })
  async dryRun(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const answer = await dryRunPlan(this.adapters, caller, await this.#plan(caller, id));
    void reply.header('X-Audit-Id', answer.auditId);
    return answer;
  }

  @Operation('plans.execute', { response: ExecuteAnswer, status: 202 })
  execute(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(() => this.#execute(caller, id, ifMatch, reply));
  }

  @Operation('remediate', { response: ExecuteAnswer, status: 202 })
  remediate(
    @Caller() caller: Principal,
    @Body({ schema: RemediateRequest }) body: z.infer<typeof RemediateRequest>,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(() => this.#execute(caller, body.planId, ifMatch, reply));
  }

  async #plan(caller: Principal, id: string): Promise<Plan> {
    return foundWithin(caller, await this.adapters.readModels.plan(caller.workspaceId, id));
  }

  async #execute(caller: Principal, id: string, ifMatch: string | undefined, reply: FastifyReply) {
    const { records, clock, ids, state, history } = this.adapters;
    const { workspaceId } = caller;
    const plan = await this.#plan(caller, id);
    if (ifMatch !== undefined) requireSameHash(requireIfMatch(ifMatch), plan.hash);
    const incident = found(await records.incident(workspaceId, plan.incidentId));
    const [approval, durations] = await Promise.all([
      records.approvalOfPlan(workspaceId, plan.id),
      history.runDurations(workspaceId, plan.title),
    ]);
    const decision = requestExecute({
      workspaceId,
      plan,
      incident,
      approval,
      actor: actorOf(caller),
      now: clock.now(),
      ids,
      usualSeconds: usual(durations),
    });
    const about = { workspaceId, actor: actorOf(caller), verb: 'plan.execute', subject: { kind: 'plan', id: plan.id } };
    const { value, auditId } = await carryOut(state, decision, about, reply);
    tagWithHash(reply, plan.hash);
    return value.kind === 'run'
      ? { kind: 'run', run: value.run, auditId }
      : { kind: 'approval', approval: value.approval, auditId };
  }
}

/** P10, P50 and P90 of how long earlier runs of this plan took, in seconds; undefined without any. */
function usual(seconds: readonly number[]): { p10: number; p50: number; p90: number } | undefined {
  const sorted = seconds.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return sorted.length === 0 ? undefined : { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
