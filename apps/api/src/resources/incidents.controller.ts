import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import {
  Evidence,
  GuidedPlan,
  IncidentResource,
  IncidentRow,
  Narrative,
  page,
  TimelineEntry,
  type Incident,
  type Principal,
} from '@autoops/contracts';
import {
  acknowledgeIncident,
  assignIncident,
  closeIncident,
  mergeIncident,
  requestPlan,
  type Decision,
} from '@autoops/pipeline';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, within } from '../answers/call.ts';
import { carryOut, onFreshRead } from '../answers/decide.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf, QueryBoolean } from '../answers/pages.ts';
import { found, notFound, ProblemError } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';
import { IncidentChanged } from './answers-of-decisions.ts';

/** Which end of the story the first page shows. */
const TimelineParameters = PageParameters.extend({ order: z.enum(['oldest', 'newest']).default('oldest') });
const IncidentParameters = PageParameters.extend({
  state: z.string().max(40).optional(),
  environment: z.string().max(64).optional(),
  service: z.string().max(64).optional(),
  severity: z.string().max(20).optional(),
  open: QueryBoolean.optional(),
  q: z.string().max(200).optional(),
});
const AssignRequest = z.strictObject({ assignee: z.string().min(1).max(200) });
const CloseRequest = z.strictObject({ reason: z.string().min(1).max(2_000) });
const MergeRequest = z.strictObject({ into: z.string().min(1).max(64) });
const PlanRequest = z.strictObject({
  incidentId: z.string().min(1).max(64),
  /** A guided plan: these runbooks, whatever their conditions say, through the same prechecks, dry run and policy. */
  runbooks: GuidedPlan.shape.runbooks.optional(),
});

/** Incidents: what happened, and what people may say about it. */
@Controller()
export class IncidentsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('incidents.list', { response: page(IncidentRow) })
  @QueryParameters(IncidentParameters)
  list(@Caller() caller: Principal, @Query({ schema: IncidentParameters }) query: z.infer<typeof IncidentParameters>) {
    return this.adapters.readModels.incidents(caller.workspaceId, within(caller, query));
  }

  @Operation('incidents.get', { response: IncidentResource })
  get(@Caller() caller: Principal, @Param('id') id: string) {
    return this.#resource(caller, id);
  }

  @Operation('incidents.timeline', { response: page(TimelineEntry) })
  @QueryParameters(TimelineParameters)
  async timeline(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query({ schema: TimelineParameters }) query: z.infer<typeof TimelineParameters>,
  ) {
    const incident = await this.#resource(caller, id);
    return this.adapters.readModels.timeline(caller.workspaceId, incident.id, query);
  }

  @Operation('incidents.evidence', { response: page(Evidence) })
  @QueryParameters(PageParameters)
  async evidence(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>,
  ) {
    const incident = await this.#resource(caller, id);
    return pageOf(await this.adapters.readModels.evidence(caller.workspaceId, incident.id), (piece) => piece.id, query);
  }

  @Operation('evidence.get', { response: Evidence })
  async onePiece(@Caller() caller: Principal, @Param('id') id: string) {
    const [incidentId, pieceId] = id.split(':');
    if (incidentId === undefined || pieceId === undefined) throw notFound();
    const incident = await this.#resource(caller, incidentId);
    const pieces = await this.adapters.readModels.evidence(caller.workspaceId, incident.id);
    return found(pieces.find((piece) => piece.id === pieceId));
  }

  @Operation('incidents.narrative', { response: Narrative })
  async narrative(@Caller() caller: Principal, @Param('id') id: string) {
    const incident = await this.#resource(caller, id);
    return found(await this.adapters.readModels.narrative(caller.workspaceId, incident.id));
  }

  @Operation('incidents.acknowledge', { response: IncidentChanged })
  acknowledge(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return onFreshRead(async () => {
      const incident = await this.#loaded(caller, id);
      return this.#carryOut(
        caller,
        'incident.acknowledge',
        incident,
        acknowledgeIncident(this.#request(caller, incident)),
        reply,
      );
    });
  }

  @Operation('incidents.assign', { response: IncidentChanged })
  assign(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: AssignRequest }) body: z.infer<typeof AssignRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const incident = await this.#loaded(caller, id);
      return this.#carryOut(
        caller,
        'incident.assign',
        incident,
        assignIncident({ ...this.#request(caller, incident), assignee: body.assignee }),
        reply,
      );
    });
  }

  @Operation('incidents.close', { response: IncidentChanged })
  close(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: CloseRequest }) body: z.infer<typeof CloseRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const incident = await this.#loaded(caller, id);
      const runs = await this.adapters.records.runsOf(caller.workspaceId, incident.id);
      const decision = closeIncident({
        ...this.#request(caller, incident),
        ...(await this.#planAndApproval(caller, incident)),
        reason: this.adapters.redact(body.reason),
        runs,
      });
      return this.#carryOut(caller, 'incident.close', incident, decision, reply);
    });
  }

  @Operation('incidents.merge', { response: IncidentChanged })
  merge(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: MergeRequest }) body: z.infer<typeof MergeRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const incident = await this.#loaded(caller, id);
      const into = await this.#loaded(caller, body.into);
      const anomalies = await this.adapters.records.anomalies(caller.workspaceId, incident.id);
      const decision = mergeIncident({
        ...this.#request(caller, incident),
        ...(await this.#planAndApproval(caller, incident)),
        into,
        anomalies,
      });
      return this.#carryOut(caller, 'incident.merge', incident, decision, reply);
    });
  }

  @Operation('plan', { response: IncidentChanged, status: 202 })
  plan(
    @Caller() caller: Principal,
    @Body({ schema: PlanRequest }) body: z.infer<typeof PlanRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return onFreshRead(async () => {
      const incident = await this.#loaded(caller, body.incidentId);
      await this.#requireRunbooks(caller, body.runbooks ?? []);
      const decision = requestPlan({
        ...this.#request(caller, incident),
        ...(await this.#planAndApproval(caller, incident)),
        runbooks: body.runbooks,
      });
      return this.#carryOut(caller, 'plan.request', incident, decision, reply);
    });
  }

  async #requireRunbooks(caller: Principal, wanted: GuidedPlan['runbooks']): Promise<void> {
    if (wanted.length === 0) return;
    const known = (await this.adapters.configReader.current(caller.workspaceId, 'runbook')).map(({ name }) => name);
    for (const [place, { name }] of wanted.entries()) {
      if (known.includes(name)) continue;
      const detail = `There is no runbook ${name}. The catalogue has: ${known.toSorted().join(', ')}.`;
      throw new ProblemError('invalid-input', detail, { errors: [{ pointer: `/runbooks/${place}/name`, detail }] });
    }
  }

  async #resource(caller: Principal, idOrName: string): Promise<IncidentResource> {
    return foundWithin(caller, await this.adapters.readModels.incident(caller.workspaceId, idOrName));
  }

  /** The stored incident, for a decision about it; the caller's role must cover its environment. */
  async #loaded(caller: Principal, idOrName: string): Promise<Incident> {
    const { id } = await this.#resource(caller, idOrName);
    return found(await this.adapters.records.incident(caller.workspaceId, id));
  }

  #request(caller: Principal, incident: Incident) {
    return { workspaceId: caller.workspaceId, incident, actor: actorOf(caller), now: this.adapters.clock.now() };
  }

  async #planAndApproval(caller: Principal, incident: Incident) {
    if (incident.planId === undefined) return {};
    const { records } = this.adapters;
    const [plan, approval] = await Promise.all([
      records.plan(caller.workspaceId, incident.planId),
      records.approvalOfPlan(caller.workspaceId, incident.planId),
    ]);
    return { plan, approval };
  }

  async #carryOut(
    caller: Principal,
    verb: string,
    incident: Incident,
    decision: Decision<Incident>,
    reply: FastifyReply,
  ) {
    const about = {
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      verb,
      subject: { kind: 'incident', id: incident.id },
    };
    const { value, auditId } = await carryOut(this.adapters.state, decision, about, reply);
    return { incident: value, auditId };
  }
}
