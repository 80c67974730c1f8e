import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { Control, ControlLevel, ControlScope, page, type Principal } from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, requireEnvironment } from '../answers/call.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { ADAPTERS } from '../tokens.ts';

const ControlRequest = z.strictObject({ level: ControlLevel, reason: z.string().min(1).max(2_000) });

/** Kill switches: whole workspace, an environment or a runbook. */
@Controller()
export class ControlsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('controls.list', { response: page(Control) })
  @QueryParameters(PageParameters)
  async list(@Caller() caller: Principal, @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>) {
    return pageOf(await this.adapters.readModels.controls(caller.workspaceId), (control) => control.scope, query);
  }

  /** A scope that nobody ever closed is open. */
  @Operation('controls.get', { response: Control })
  async get(@Caller() caller: Principal, @Param('scope', { schema: ControlScope }) scope: string): Promise<Control> {
    const controls = await this.adapters.readModels.controls(caller.workspaceId);
    return (
      controls.find((control) => control.scope === scope) ?? {
        scope,
        level: 'open',
        version: 0,
        reason: '',
        changedBy: { kind: 'system', id: 'autoops' },
        changedAt: new Date(0).toISOString(),
      }
    );
  }

  @Operation('controls.put', { response: Control.extend({ auditId: z.string() }) })
  async put(
    @Caller() caller: Principal,
    @Param('scope', { schema: ControlScope }) scope: string,
    @Body({ schema: ControlRequest }) body: z.infer<typeof ControlRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (scope.startsWith('environment:')) requireEnvironment(caller, scope.slice('environment:'.length));
    const { control, auditId } = await this.adapters.controls.set(caller.workspaceId, {
      scope,
      level: body.level,
      reason: this.adapters.redact(body.reason),
      actor: actorOf(caller),
    });
    void reply.header('X-Audit-Id', auditId);
    return { ...control, auditId };
  }
}
