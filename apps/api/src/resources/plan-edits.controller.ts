import { Body, Controller, Headers, Inject, Param, Res } from '@nestjs/common';
import {
  PlanChangesRequest,
  Runbook,
  WhatIfResponse,
  type Plan,
  type PlanChanges,
  type Principal,
} from '@autoops/contracts';
import { editPlan, evaluateAll, requestPlan } from '@autoops/pipeline';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin } from '../answers/call.ts';
import { carryOut, onFreshRead } from '../answers/decide.ts';
import { requireIfMatch, requireSameHash } from '../answers/etag.ts';
import { Operation } from '../answers/operation.ts';
import { found, ProblemError } from '../answers/problem.ts';
import { factsPerEnvironment } from '../preview/policy-facts.ts';
import { ADAPTERS } from '../tokens.ts';
import { IncidentChanged } from './answers-of-decisions.ts';

const DRY_RUN_TIMEOUT_MS = 5_000;

/** A plan with other parameters: what policy would say of it, and proposing it as the next version. */
@Controller()
export class PlanEditsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  /** Without any effect: nothing is stored, not even that it was asked, for a person types here. */
  @Operation('plans.what-if', { response: WhatIfResponse })
  async whatIf(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: PlanChangesRequest.prefault({}) }) body: z.infer<typeof PlanChangesRequest>,
  ): Promise<WhatIfResponse> {
    const { plan, parameters } = await this.#edited(caller, await this.#plan(caller, id), body.changes);
    const facts = await factsPerEnvironment(this.adapters, caller, plan);
    const { clock, policy } = this.adapters;
    const { response } = await evaluateAll(plan, facts, clock.now(), policy, () => clock.monotonicMs());
    return { ...response, plan, parameters: [...parameters] };
  }

  /** Asks the Planner for this plan as the incident's next version, by this person: the version before and its approvals are void. */
  @Operation('plans.propose', { response: IncidentChanged, status: 202 })
  propose(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: PlanChangesRequest }) body: z.infer<typeof PlanChangesRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const { records, clock, state } = this.adapters;
      const { workspaceId } = caller;
      const plan = await this.#plan(caller, id);
      requireSameHash(requireIfMatch(ifMatch), plan.hash);
      const incident = found(await records.incident(workspaceId, plan.incidentId));
      if (incident.planId !== plan.id)
        throw new ProblemError('plan-changed', 'The incident has another plan by now. Read that one and change it.');
      const edited = await this.#edited(caller, plan, body.changes);
      if (edited.parameters.every(({ stored, value }) => stored === value)) {
        const detail = 'Nothing differs from the plan as it is; execute that.';
        throw new ProblemError('invalid-input', detail, { errors: [{ pointer: '/changes', detail }] });
      }
      const decision = requestPlan({
        workspaceId,
        incident,
        actor: actorOf(caller),
        now: clock.now(),
        plan,
        approval: await records.approvalOfPlan(workspaceId, plan.id),
        runbooks: edited.runbooks,
      });
      const subject = { kind: 'incident', id: incident.id };
      const about = { workspaceId, actor: actorOf(caller), verb: 'plan.propose', subject };
      const { value, auditId } = await carryOut(state, decision, about, reply);
      return { incident: value, auditId };
    });
  }

  async #plan(caller: Principal, id: string): Promise<Plan> {
    return foundWithin(caller, await this.adapters.readModels.plan(caller.workspaceId, id));
  }

  async #edited(caller: Principal, plan: Plan, changes: PlanChanges) {
    const { configReader, targets, clock, ids } = this.adapters;
    const [documents, states] = await Promise.all([
      configReader.current(caller.workspaceId, 'runbook'),
      // A tool that does not answer leaves its targets out, and the edit says which is missing.
      changes.length === 0
        ? []
        : Promise.all(targets.map((target) => target.discover(plan.environment).catch(() => []))),
    ]);
    const outcome = await editPlan(
      plan,
      changes,
      {
        workspaceId: caller.workspaceId,
        runbooks: documents.flatMap(({ body, digest }) => {
          const runbook = Runbook.safeParse(body);
          return runbook.success ? [{ runbook: runbook.data, digest }] : [];
        }),
        targets: states.flat(),
        requester: actorOf(caller),
        planId: ids.uuid(),
      },
      clock.now(),
      {
        callMs: DRY_RUN_TIMEOUT_MS,
        tool: (name) => {
          const connector = targets.find((target) => target.tool === name);
          if (connector === undefined) throw new ProblemError('wrong-state', `The tool ${name} is not connected here.`);
          return connector;
        },
      },
    );
    if (outcome.ok) return outcome;
    throw new ProblemError('invalid-input', outcome.problems.map(({ detail }) => detail).join(' '), {
      errors: outcome.problems,
    });
  }
}
