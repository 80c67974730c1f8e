import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { Annotation, AnnotationRequest, page, type Principal } from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller, foundWithin, requireEnvironment, within } from '../answers/call.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters } from '../answers/pages.ts';
import { ProblemError } from '../answers/problem.ts';
import type { Telling } from '../read-models.ts';
import { ADAPTERS } from '../tokens.ts';

const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const AnnotationParameters = PageParameters.extend({
  environment: z.string().max(64).optional(),
  service: z.string().max(64).optional(),
  from: Moment.optional(),
  to: Moment.optional(),
});
const AnnotationChanged = z.object({ annotation: Annotation, auditId: z.string() });

/** Notes of people on services' charts. */
@Controller()
export class AnnotationsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('annotations.list', { response: page(Annotation) })
  @QueryParameters(AnnotationParameters)
  list(
    @Caller() caller: Principal,
    @Query({ schema: AnnotationParameters }) query: z.infer<typeof AnnotationParameters>,
  ) {
    return this.adapters.annotations.list(caller.workspaceId, within(caller, query));
  }

  @Operation('annotations.create', { response: AnnotationChanged, status: 201 })
  async create(
    @Caller() caller: Principal,
    @Body({ schema: AnnotationRequest }) body: AnnotationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    requireEnvironment(caller, body.environment);
    const now = this.adapters.clock.now().toISOString();
    const utc = (instant: string): string => new Date(instant).toISOString();
    const annotation: Annotation = {
      id: this.adapters.ids.uuid(),
      environment: body.environment,
      service: body.service,
      from: body.from === undefined ? now : utc(body.from),
      ...(body.to === undefined ? {} : { to: utc(body.to) }),
      text: this.adapters.redact(body.text),
      author: actorOf(caller),
      createdAt: now,
    };
    const auditId = await this.adapters.annotations.add(
      caller.workspaceId,
      annotation,
      telling(caller, annotation, 'create', `${caller.subject} noted: ${annotation.text}`),
    );
    void reply.header('X-Audit-Id', auditId);
    return { annotation, auditId };
  }

  /** Whoever wrote it takes it away; nobody else does. */
  @Operation('annotations.delete', { response: AnnotationChanged })
  async delete(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const annotation = foundWithin(caller, await this.adapters.annotations.find(caller.workspaceId, id));
    if (annotation.author.id !== caller.subject)
      throw new ProblemError('not-permitted', `${annotation.author.id} wrote this note, and only they take it away.`);
    const auditId = await this.adapters.annotations.remove(
      caller.workspaceId,
      id,
      telling(caller, annotation, 'delete', `${caller.subject} took a note away: ${annotation.text}`),
    );
    void reply.header('X-Audit-Id', auditId);
    return { annotation, auditId };
  }
}

function telling(caller: Principal, annotation: Annotation, verb: 'create' | 'delete', summary: string): Telling {
  const { id, environment, service, from, to } = annotation;
  const subject = { kind: 'annotation', id };
  return {
    audit: {
      actor: actorOf(caller),
      verb: `annotation.${verb}`,
      subject,
      summary,
      importance: 2,
      lane: 'human',
      detail: { environment, service, from, ...(to === undefined ? {} : { to }) },
    },
    events: [{ type: 'annotation.changed', subject, environment, service }],
  };
}
