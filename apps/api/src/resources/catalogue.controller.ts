import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { page, RateCard, RunbookResource, Toggle, ValueSummary, type Principal } from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, requireEnvironment } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { found } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';
import { policiesOf, PolicyResource } from './policies.ts';

const ValueParameters = z.object({
  period: z
    .string()
    .regex(/^\d{1,4}d$|^all$/)
    .default('30d'),
});
const PolicyPage = page(PolicyResource).extend({
  bundleDigest: z.string(),
  configProblem: z.object({ file: z.string(), message: z.string() }).optional(),
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

/** What plans are made from and judged by: runbooks, policy rules, rate cards; and the value ledger. */
@Controller()
export class CatalogueController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('runbooks.list', { response: page(RunbookResource) })
  @QueryParameters(PageParameters)
  async runbooks(
    @Caller() caller: Principal,
    @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>,
  ) {
    return pageOf(await this.adapters.readModels.runbooks(caller.workspaceId), (runbook) => runbook.name, query);
  }

  @Operation('runbooks.get', { response: RunbookResource })
  async runbook(@Caller() caller: Principal, @Param('id') id: string) {
    const runbooks = await this.adapters.readModels.runbooks(caller.workspaceId);
    return found(runbooks.find((runbook) => runbook.name === id));
  }

  @Operation('policies.list', { response: PolicyPage })
  @QueryParameters(PageParameters)
  async policies(
    @Caller() caller: Principal,
    @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>,
  ) {
    const [policies, configProblem] = await Promise.all([
      this.#policies(caller),
      this.adapters.readModels.configProblem(caller.workspaceId),
    ]);
    return {
      ...pageOf(policies, (policy) => policy.id, query),
      bundleDigest: this.adapters.policy.bundleDigest,
      ...(configProblem === undefined ? {} : { configProblem }),
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
      reason: body.reason,
    });
    void reply.header('X-Audit-Id', auditId);
    return { policy: id, environment: body.environment, toggle: body.toggle, previous, auditId };
  }

  @Operation('rate-cards.list', { response: page(RateCard) })
  @QueryParameters(PageParameters)
  async rateCards(
    @Caller() caller: Principal,
    @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>,
  ) {
    return pageOf(await this.adapters.readModels.rateCards(caller.workspaceId), (card) => card.name, query);
  }

  @Operation('rate-cards.get', { response: RateCard })
  async rateCard(@Caller() caller: Principal, @Param('id') id: string) {
    const cards = await this.adapters.readModels.rateCards(caller.workspaceId);
    return found(cards.find((card) => card.name === id));
  }

  @Operation('value', { response: ValueSummary })
  @QueryParameters(ValueParameters)
  value(@Caller() caller: Principal, @Query({ schema: ValueParameters }) query: z.infer<typeof ValueParameters>) {
    return this.adapters.readModels.value(caller.workspaceId, query.period);
  }

  async #policies(caller: Principal): Promise<readonly PolicyResource[]> {
    const [environments, runbooks, rules] = await Promise.all([
      this.adapters.configReader.current(caller.workspaceId, 'environment'),
      this.adapters.readModels.runbooks(caller.workspaceId),
      this.adapters.policyRules(),
    ]);
    return policiesOf(environments, runbooks, rules);
  }
}
