import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import {
  DecisionRow,
  EnvironmentRules,
  page,
  PolicyDecision,
  RuleRecord,
  Toggle,
  VerdictEffect,
  type ConfigDocument,
  type Principal,
} from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, requireEnvironment, within } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { found } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';
import { policiesOf, PolicyResource } from './policies.ts';

const PolicyPage = page(PolicyResource).extend({
  bundleDigest: z.string(),
  environments: z.array(EnvironmentRules),
  records: z.array(RuleRecord),
  configProblem: z.object({ file: z.string(), message: z.string() }).optional(),
  /** Why the policy bundle's files could not be taken over; the bundle of `bundleDigest` stays in force. */
  bundleProblem: z.string().optional(),
});
const ToggleRequest = z.strictObject({
  environment: z.string().max(64),
  toggle: Toggle,
  reason: z.string().max(2_000).default(''),
});
const ToggleAnswer = z.object({
  policy: z.string(),
  environment: z.string(),
  toggle: Toggle,
  previous: Toggle,
  auditId: z.string(),
});
const DecisionParameters = PageParameters.extend({
  environment: z.string().max(64).optional(),
  effect: VerdictEffect.optional(),
  rule: z.string().max(64).optional(),
});

/** What plans are judged by: rules, environments, toggles; and the log of what was decided. */
@Controller()
export class PoliciesController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('policies.list', { response: PolicyPage })
  @QueryParameters(PageParameters)
  async policies(
    @Caller() caller: Principal,
    @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>,
  ) {
    const { readModels } = this.adapters;
    const [documents, policies, records, configProblem] = await Promise.all([
      this.#environments(caller),
      this.#policies(caller),
      readModels.ruleRecords(caller.workspaceId),
      readModels.configProblem(caller.workspaceId),
    ]);
    return {
      ...pageOf(policies, (policy) => policy.id, query),
      bundleDigest: this.adapters.policy.bundleDigest,
      environments: documents.flatMap((document) => EnvironmentRules.safeParse(document.body).data ?? []),
      records,
      ...(configProblem === undefined ? {} : { configProblem }),
      ...(this.adapters.policy.problem === undefined ? {} : { bundleProblem: this.adapters.policy.problem }),
    };
  }

  @Operation('policies.get', { response: PolicyResource })
  async policy(@Caller() caller: Principal, @Param('id') id: string) {
    return found((await this.#policies(caller)).find((policy) => policy.id === id));
  }

  @Operation('policies.toggle', { response: ToggleAnswer })
  async toggle(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: ToggleRequest }) body: z.infer<typeof ToggleRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const policy = found((await this.#policies(caller)).find((candidate) => candidate.id === id));
    const previous = found(policy.toggles[body.environment]);
    requireEnvironment(caller, body.environment);
    await this.adapters.environmentFiles.setToggle(
      body.environment,
      policy.kind === 'rule' ? 'rules' : 'runbooks',
      id,
      body.toggle,
    );
    const about = {
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      verb: 'policy.toggle',
      subject: { kind: policy.kind, id },
    };
    const summary = `${caller.subject} set ${policy.kind} ${id} to ${body.toggle} in ${body.environment} (was ${previous}).`;
    const auditId = await auditOnly(this.adapters.state, about, 'done', summary, {
      environment: body.environment,
      toggle: body.toggle,
      previous,
      reason: this.adapters.redact(body.reason),
    });
    void reply.header('X-Audit-Id', auditId);
    return { policy: id, environment: body.environment, toggle: body.toggle, previous, auditId };
  }

  @Operation('decisions.list', { response: page(DecisionRow) })
  @QueryParameters(DecisionParameters)
  decisions(
    @Caller() caller: Principal,
    @Query({ schema: DecisionParameters }) query: z.infer<typeof DecisionParameters>,
  ) {
    return this.adapters.readModels.decisionLog(caller.workspaceId, within(caller, query));
  }

  @Operation('decisions.get', { response: PolicyDecision })
  async decision(@Caller() caller: Principal, @Param('id') id: string) {
    return foundWithin(caller, await this.adapters.readModels.decision(caller.workspaceId, id));
  }

  #environments(caller: Principal): Promise<readonly ConfigDocument[]> {
    return this.adapters.configReader.current(caller.workspaceId, 'environment');
  }

  async #policies(caller: Principal): Promise<readonly PolicyResource[]> {
    const [environments, runbooks, rules] = await Promise.all([
      this.#environments(caller),
      this.adapters.readModels.runbooks(caller.workspaceId),
      this.adapters.policyRules(),
    ]);
    return policiesOf(environments, runbooks, rules);
  }
}
