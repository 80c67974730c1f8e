import { Body, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import { Narrative, type Principal } from '@autoops/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';
import { recordOf } from './incident-record.ts';
import type { StoredRecord } from './stored-record.ts';

const ReportRequest = z.strictObject({ incidentId: z.string().min(1).max(64) });
const ReplayAnswer = z.object({
  incidentId: z.uuid(),
  ok: z.boolean(),
  decisions: z.array(
    z.object({
      stage: z.string(),
      what: z.enum(['anomaly', 'correlation', 'forecast', 'plan', 'verdict', 'narrative']),
      subject: z.string(),
      match: z.boolean(),
      recorded: z.string(),
      recomputed: z.string(),
      why: z.string().optional(),
    }),
  ),
  auditId: z.string(),
});

/** Brief, bundle, narrative and replay of an incident. */
@Controller()
export class ExportsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('incidents.brief', { produces: 'application/pdf', description: 'The executive brief' })
  async brief(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const record = await recordOf(this.adapters, caller, id);
    const { brief } = await this.adapters.exports.build(caller.workspaceId, record);
    return this.#send(caller, record, 'brief', brief, 'application/pdf', 'pdf', request, reply);
  }

  @Operation('incidents.bundle', { produces: 'application/json', description: 'The attested bundle' })
  async bundle(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const record = await recordOf(this.adapters, caller, id);
    const { bundle } = await this.adapters.exports.build(caller.workspaceId, record);
    return this.#send(caller, record, 'bundle', bundle, 'application/json', 'json', request, reply);
  }

  @Operation('report', { response: Narrative.extend({ auditId: z.string() }) })
  async report(
    @Caller() caller: Principal,
    @Body({ schema: ReportRequest }) body: z.infer<typeof ReportRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { readModels, state } = this.adapters;
    const incident = foundWithin(caller, await readModels.incident(caller.workspaceId, body.incidentId));
    const narrative = await readModels.narrative(caller.workspaceId, incident.id);
    if (narrative === undefined)
      throw new ProblemError(
        'wrong-state',
        `${incident.name} is ${incident.state}; its narrative is written when it closes or a run of it ends.`,
      );
    const auditId = await auditOnly(
      state,
      this.#about(caller, 'export.narrative', incident.id),
      'done',
      `${caller.subject} read the narrative of ${incident.name}.`,
      {},
    );
    void reply.header('X-Audit-Id', auditId);
    return { ...narrative, auditId };
  }

  @Operation('incidents.replay', { response: ReplayAnswer })
  async replay(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const record = await recordOf(this.adapters, caller, id);
    const { decisions } = await this.adapters.replay(caller.workspaceId, record);
    const ok = decisions.every((decision) => decision.match);
    const summary = `${caller.subject} replayed ${record.incident.name}: ${ok ? 'every decision came out the same' : 'not every decision came out the same'}.`;
    const auditId = await auditOnly(
      this.adapters.state,
      this.#about(caller, 'incident.replay', record.incident.id),
      'done',
      summary,
      { ok, decisions: decisions.length },
    );
    void reply.header('X-Audit-Id', auditId);
    return { incidentId: record.incident.id, ok, decisions, auditId };
  }

  /** Stores the file by its digest, writes the audit entry, and sends it. A HEAD leaves no entry: nothing was read. */
  async #send(
    caller: Principal,
    record: StoredRecord,
    what: 'brief' | 'bundle',
    bytes: Uint8Array,
    contentType: string,
    ending: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const { sha256 } = await this.adapters.objects.put(bytes, contentType);
    const { incident } = record;
    if (request.method !== 'HEAD') {
      const about = {
        workspaceId: caller.workspaceId,
        actor: actorOf(caller),
        verb: `export.${what}`,
        subject: { kind: 'incident', id: incident.id },
      };
      const auditId = await auditOnly(
        this.adapters.state,
        about,
        'done',
        `${caller.subject} exported the ${what} of ${incident.name}.`,
        { sha256, version: incident.version },
      );
      void reply.header('X-Audit-Id', auditId);
    }
    void reply
      .header('Content-Type', contentType)
      .header('ETag', `"${sha256}"`)
      .header('Cache-Control', 'private, no-cache')
      .header('Content-Disposition', `inline; filename="${incident.name}-v${incident.version}.${ending}"`);
    return Buffer.from(bytes);
  }

  #about(caller: Principal, verb: string, incidentId: string) {
    return {
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      verb,
      subject: { kind: 'incident', id: incidentId },
    };
  }
}
