import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { AlarmPrecision, AnomalyLabel, LabelRequest, page, type Anomaly, type Principal } from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, within } from '../answers/call.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import type { Telling } from '../read-models.ts';
import { ADAPTERS } from '../tokens.ts';

const LabelsChanged = z.object({ items: z.array(AnomalyLabel), auditId: z.string() });
const PrecisionParameters = z.object({
  environment: z.string().max(64).optional(),
  service: z.string().max(64).optional(),
});

/** What was labelled: one anomaly, or all of an incident. */
interface Labelled {
  readonly kind: 'anomaly' | 'incident';
  readonly id: string;
  readonly name: string;
  readonly anomalies: readonly Anomaly[];
}

/** What people say of alarms afterwards, and how precise that makes each detector. */
@Controller()
export class LabelsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('precision', { response: AlarmPrecision })
  @QueryParameters(PrecisionParameters)
  precision(
    @Caller() caller: Principal,
    @Query({ schema: PrecisionParameters }) query: z.infer<typeof PrecisionParameters>,
  ) {
    return this.adapters.readModels.precision(caller.workspaceId, within(caller, query));
  }

  @Operation('incidents.labels', { response: page(AnomalyLabel) })
  async ofIncident(@Caller() caller: Principal, @Param('id') id: string) {
    const incident = await this.#incident(caller, id);
    return { items: await this.adapters.labels.ofIncident(caller.workspaceId, incident.id) };
  }

  @Operation('incidents.label', { response: LabelsChanged })
  async labelIncident(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: LabelRequest }) body: LabelRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#label(caller, await this.#incident(caller, id), body, reply);
  }

  @Operation('incidents.unlabel', { response: LabelsChanged })
  async unlabelIncident(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#takeBack(caller, await this.#incident(caller, id), reply);
  }

  @Operation('anomalies.label', { response: LabelsChanged })
  async labelAnomaly(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body({ schema: LabelRequest }) body: LabelRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#label(caller, await this.#anomaly(caller, id), body, reply);
  }

  @Operation('anomalies.unlabel', { response: LabelsChanged })
  async unlabelAnomaly(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#takeBack(caller, await this.#anomaly(caller, id), reply);
  }

  async #incident(caller: Principal, idOrName: string): Promise<Labelled> {
    const incident = foundWithin(caller, await this.adapters.readModels.incident(caller.workspaceId, idOrName));
    return { kind: 'incident', id: incident.id, name: incident.name, anomalies: incident.anomalies };
  }

  async #anomaly(caller: Principal, id: string): Promise<Labelled> {
    const anomaly = foundWithin(caller, await this.adapters.readModels.anomaly(caller.workspaceId, id));
    return { kind: 'anomaly', id, name: `the anomaly of ${anomaly.indicator}`, anomalies: [anomaly] };
  }

  async #label(caller: Principal, about: Labelled, body: LabelRequest, reply: FastifyReply) {
    if (about.anomalies.length === 0)
      throw new ProblemError('wrong-state', `${about.name} has no anomaly that could be labelled.`);
    const reason = body.reason === undefined ? undefined : this.adapters.redact(body.reason);
    const auditId = await this.adapters.labels.set(
      caller.workspaceId,
      about.anomalies.map((anomaly) => anomaly.id),
      { label: body.label, reason, by: actorOf(caller) },
      telling(caller, about, 'label', `${caller.subject} called ${about.name} ${body.label}.`, {
        label: body.label,
        anomalies: about.anomalies.length,
        ...(reason === undefined ? {} : { reason }),
      }),
    );
    return this.#answer(caller, about, auditId, reply);
  }

  async #takeBack(caller: Principal, about: Labelled, reply: FastifyReply) {
    const own = (await this.#labels(caller, about)).filter((label) => label.labelledBy.id === caller.subject);
    if (own.length === 0) throw new ProblemError('wrong-state', `You have not labelled ${about.name}.`);
    const auditId = await this.adapters.labels.revoke(
      caller.workspaceId,
      own.map((label) => label.anomalyId),
      caller.subject,
      telling(caller, about, 'unlabel', `${caller.subject} took back what they said of ${about.name}.`, {
        label: own[0]?.label ?? '',
        anomalies: own.length,
      }),
    );
    return this.#answer(caller, about, auditId, reply);
  }

  #labels(caller: Principal, { kind, id }: Labelled) {
    const { labels } = this.adapters;
    return kind === 'incident' ? labels.ofIncident(caller.workspaceId, id) : labels.ofAnomaly(caller.workspaceId, id);
  }

  async #answer(caller: Principal, about: Labelled, auditId: string, reply: FastifyReply) {
    void reply.header('X-Audit-Id', auditId);
    return { items: await this.#labels(caller, about), auditId };
  }
}

/** Told without the incident's id, so that a label given later makes no new version of the incident's record. */
function telling(
  caller: Principal,
  about: Labelled,
  verb: 'label' | 'unlabel',
  summary: string,
  detail: Readonly<Record<string, string | number>>,
): Telling {
  const subject = { kind: about.kind, id: about.id };
  const first = about.anomalies[0];
  return {
    audit: {
      actor: actorOf(caller),
      verb: `${about.kind}.${verb}`,
      subject,
      summary,
      importance: 1,
      lane: 'human',
      detail,
    },
    events: [
      {
        type: 'anomaly.labelled',
        subject,
        ...(first === undefined ? {} : { environment: first.environment, service: first.service }),
        ...(about.kind === 'incident' ? { incidentId: about.id } : {}),
      },
    ],
  };
}
