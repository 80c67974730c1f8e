import { Controller, Inject, Param, Query } from '@nestjs/common';
import { AuditEntry, AuditStatus, IntegrationResource, OwnFigures, page, type Principal } from '@autoops/contracts';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { Caller, requireEnvironment, within } from '../answers/call.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { found } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';

const AuditParameters = PageParameters.extend({
  actor: z.string().max(200).optional(),
  verb: z.string().max(100).optional(),
  incidentId: z.uuid().optional(),
  q: z.string().min(1).max(200).optional().describe('Entries that say this anywhere, in upper or lower case.'),
});

/** The audit log and AutoOps's view of itself and its sources. */
@Controller()
export class AuditController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('audit.list', { response: page(AuditEntry) })
  @QueryParameters(AuditParameters)
  list(@Caller() caller: Principal, @Query({ schema: AuditParameters }) query: z.infer<typeof AuditParameters>) {
    return this.adapters.readModels.audit(caller.workspaceId, within(caller, query));
  }

  @Operation('audit.status', { response: AuditStatus })
  status(@Caller() caller: Principal) {
    return this.adapters.readModels.auditStatus(caller.workspaceId);
  }

  @Operation('audit.verify', { response: AuditStatus })
  verify(@Caller() caller: Principal) {
    const { readModels, signer } = this.adapters;
    return readModels.auditVerify(
      caller.workspaceId,
      async ({ text, keyHint, signature }) =>
        signer.keyId.startsWith(keyHint) &&
        (await signer.verify(new TextEncoder().encode(text), signature, signer.keyId)),
    );
  }

  @Operation('audit.get', { response: AuditEntry })
  async get(@Caller() caller: Principal, @Param('id') id: string) {
    const { readModels, records } = this.adapters;
    const entry = found(await readModels.auditEntry(caller.workspaceId, id));
    const { incidentId } = entry;
    const incident = incidentId === undefined ? undefined : await records.incident(caller.workspaceId, incidentId);
    if (incident !== undefined) requireEnvironment(caller, incident.environment);
    return entry;
  }

  @Operation('self', { response: OwnFigures })
  self(@Caller() caller: Principal) {
    return this.adapters.readModels.ownFigures(caller.workspaceId);
  }

  @Operation('integrations.list', { response: page(IntegrationResource) })
  @QueryParameters(PageParameters)
  async integrations(
    @Caller() caller: Principal,
    @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>,
  ) {
    return pageOf(
      await this.adapters.readModels.integrations(caller.workspaceId),
      (integration) => integration.id,
      query,
    );
  }
}
