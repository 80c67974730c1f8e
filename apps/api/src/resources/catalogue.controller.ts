import { Body, Controller, Inject, Param, Query } from '@nestjs/common';
import { FileMistake, page, RateCard, RunbookResource, ValueSummary, type Principal } from '@autoops/contracts';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { Caller } from '../answers/call.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { found } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';

/** The last days, everything, a quarter or a month. */
const ValueParameters = z.object({
  period: z
    .string()
    .regex(/^(\d{1,4}d|all|\d{4}-(Q[1-4]|0[1-9]|1[0-2]))$/)
    .default('30d'),
});
const ValidateRequest = z.strictObject({ yaml: z.string().max(200_000) });
const ValidateAnswer = z.object({ valid: z.boolean(), mistakes: z.array(FileMistake) });

/** What plans are made from, runbooks, and what they were worth: rate cards and the value ledger. */
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

  /** Checks a text as loading it would; nothing is stored. */
  @Operation('runbooks.validate', { response: ValidateAnswer })
  validate(@Body({ schema: ValidateRequest }) body: z.infer<typeof ValidateRequest>) {
    const mistakes = this.adapters.runbookMistakes(body.yaml);
    return {
      valid: mistakes.length === 0,
      mistakes: mistakes.map(({ line, column, message }) => ({ line, column, message })),
    };
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
}
