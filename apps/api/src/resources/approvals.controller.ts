import { Body, Controller, Headers, Inject, Param, Query, Res } from '@nestjs/common';
import { Approval, page, PRODUCTION_TIMINGS, type Principal } from '@autoops/contracts';
import { approvePlan, rejectPlan } from '@autoops/pipeline';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, within } from '../answers/call.ts';
import { carryOut, onFreshRead } from '../answers/decide.ts';
import { requireIfMatch, requireSameHash, tagWithHash } from '../answers/etag.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters } from '../answers/pages.ts';
import { found, ProblemError } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';
import { ApprovalChanged } from './answers-of-decisions.ts';

const ApprovalParameters = PageParameters.extend({
  state: z.string().max(40).optional(),
  environment: z.string().max(64).optional(),
});
const ApproveRequest = z.strictObject({
  reason: z.string().max(2_000).default(''),
  /** The target's name as the approver typed it; compared with the service when given (prod asks for it in the dashboard). */
  target: z.string().max(200).optional(),
});
const RejectRequest = z.strictObject({ reason: z.string().min(1).max(2_000) });

/** Approvals: a person lets exactly the plan that they saw go on, or not. */
@Controller()
export class ApprovalsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('approvals.list', { response: page(Approval) })
  @QueryParameters(ApprovalParameters)
  list(@Caller() caller: Principal, @Query({ schema: ApprovalParameters }) query: z.infer<typeof ApprovalParameters>) {
    return this.adapters.readModels.approvals(caller.workspaceId, within(caller, query));
  }

  @Operation('approvals.get', { response: Approval })
  async get(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const approval = foundWithin(caller, await this.adapters.readModels.approval(caller.workspaceId, id));
    tagWithHash(reply, approval.planHash);
    return approval;
  }

  @Operation('approvals.approve', { response: ApprovalChanged })
  approve(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: ApproveRequest.prefault({}) }) body: z.infer<typeof ApproveRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const loaded = await this.#loaded(caller, id);
      const planHash = requireIfMatch(ifMatch);
      requireSameHash(planHash, loaded.plan.hash);
      if (body.target !== undefined && body.target !== loaded.plan.service) {
        throw new ProblemError(
          'invalid-input',
          `The plan is for ${loaded.plan.service}. Type that name to approve it.`,
          {
            errors: [{ pointer: '/target', detail: `is not ${loaded.plan.service}` }],
          },
        );
      }
      const decision = approvePlan({
        ...this.#request(caller, loaded),
        planHash,
        reason: this.adapters.redact(body.reason),
        authenticatedAt: new Date(caller.authenticatedAt),
        timings: PRODUCTION_TIMINGS,
      });
      const { value, auditId } = await carryOut(
        this.adapters.state,
        decision,
        this.#about(caller, 'approval.approve', loaded.approval),
        reply,
        'K14',
      );
      return { approval: value, auditId };
    });
  }

  @Operation('approvals.reject', { response: ApprovalChanged })
  reject(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: RejectRequest }) body: z.infer<typeof RejectRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const loaded = await this.#loaded(caller, id);
      const decision = rejectPlan({
        ...this.#request(caller, loaded),
        reason: this.adapters.redact(body.reason),
      });
      const { value, auditId } = await carryOut(
        this.adapters.state,
        decision,
        this.#about(caller, 'approval.reject', loaded.approval),
        reply,
      );
      return { approval: value, auditId };
    });
  }

  async #loaded(caller: Principal, id: string) {
    const { records, readModels } = this.adapters;
    const { id: known } = found(await readModels.approval(caller.workspaceId, id));
    const approval = foundWithin(caller, await records.approval(caller.workspaceId, known));
    const [plan, incident] = await Promise.all([
      records.plan(caller.workspaceId, approval.planId),
      records.incident(caller.workspaceId, approval.incidentId),
    ]);
    return { approval, plan: found(plan), incident: found(incident) };
  }

  #request<T extends object>(caller: Principal, loaded: T) {
    return { ...loaded, workspaceId: caller.workspaceId, actor: actorOf(caller), now: this.adapters.clock.now() };
  }

  #about(caller: Principal, verb: string, approval: Approval) {
    return {
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      verb,
      subject: { kind: 'approval', id: approval.id },
    };
  }
}
