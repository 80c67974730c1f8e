import { randomBytes } from 'node:crypto';
import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import {
  ChannelCreated,
  ChannelRequest,
  ChannelResource,
  DeliveryResource,
  page,
  type Principal,
} from '@autoops/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Adapters } from '../adapters.ts';
import { actorOf, Caller } from '../answers/call.ts';
import { auditOnly } from '../answers/decide.ts';
import { Operation, QueryParameters } from '../answers/operation.ts';
import { PageParameters, pageOf } from '../answers/pages.ts';
import { notFound, ProblemError } from '../answers/problem.ts';
import { ADAPTERS } from '../tokens.ts';

const Accepted = z.object({ id: z.string(), auditId: z.string() });

/** Outgoing webhooks (Standard Webhooks): channels, the delivery log, and sending again under the same key. */
@Controller()
export class ChannelsController {
  constructor(@Inject(ADAPTERS) private readonly adapters: Adapters) {}

  @Operation('channels.list', { response: page(ChannelResource) })
  @QueryParameters(PageParameters)
  async list(@Caller() caller: Principal, @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>) {
    return pageOf(await this.adapters.channels.channels(caller.workspaceId), (channel) => channel.id, query);
  }

  /** The signing secret is answered once, here, and stored sealed. */
  @Operation('channels.create', {
    response: ChannelCreated,
    status: 201,
  })
  async create(
    @Caller() caller: Principal,
    @Body({ schema: ChannelRequest }) body: z.infer<typeof ChannelRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const denied = this.adapters.outboundProblem(body.url);
    if (denied !== undefined)
      throw new ProblemError('invalid-input', denied, { errors: [{ pointer: '/url', detail: denied }] });
    const channel = { id: this.adapters.ids.uuid(), ...body, secret: `whsec_${randomBytes(24).toString('base64')}` };
    const added = await this.adapters.channels.createChannel(caller.workspaceId, {
      ...channel,
      secret: this.adapters.sealChannelSecret(caller.workspaceId, channel.id, channel.secret),
    });
    if (!added)
      throw new ProblemError(
        'wrong-state',
        `A channel has the name ${body.name}; one that is off keeps its name in the delivery log. Choose another.`,
      );
    const auditId = await this.#audit(
      caller,
      'channel.create',
      channel.id,
      `${caller.subject} added the channel ${body.name}.`,
      reply,
    );
    void reply.header('Cache-Control', 'no-store');
    return { ...channel, auditId };
  }

  @Operation('channels.test', { response: Accepted, status: 202 })
  async test(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const delivery = isUuid(id) ? await this.adapters.channels.enqueueTest(caller.workspaceId, id) : undefined;
    if (delivery === undefined) throw notFound();
    return {
      id: delivery,
      auditId: await this.#audit(caller, 'channel.test', id, `${caller.subject} sent a test notification.`, reply),
    };
  }

  /** Nothing more is sent there; the delivery log stays. */
  @Operation('channels.disable', { response: Accepted })
  async disable(@Caller() caller: Principal, @Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    if (!isUuid(id) || !(await this.adapters.channels.disableChannel(caller.workspaceId, id))) throw notFound();
    return {
      id,
      auditId: await this.#audit(caller, 'channel.disable', id, `${caller.subject} turned a channel off.`, reply),
    };
  }

  @Operation('deliveries.list', { response: page(DeliveryResource) })
  @QueryParameters(PageParameters)
  deliveries(@Caller() caller: Principal, @Query({ schema: PageParameters }) query: z.infer<typeof PageParameters>) {
    return this.adapters.channels.deliveries(caller.workspaceId, query);
  }

  @Operation('deliveries.redeliver', { response: Accepted, status: 202 })
  async redeliver(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!isUuid(id) || !(await this.adapters.channels.redeliver(caller.workspaceId, id))) throw notFound();
    return {
      id,
      auditId: await this.#audit(
        caller,
        'delivery.redeliver',
        id,
        `${caller.subject} sent a notification again.`,
        reply,
      ),
    };
  }

  async #audit(caller: Principal, verb: string, id: string, summary: string, reply: FastifyReply): Promise<string> {
    const about = {
      workspaceId: caller.workspaceId,
      actor: actorOf(caller),
      verb,
      subject: { kind: verb.split('.')[0] ?? 'channel', id },
    };
    const auditId = await auditOnly(this.adapters.state, about, 'done', summary, {});
    void reply.header('X-Audit-Id', auditId);
    return auditId;
  }
}

function isUuid(id: string): boolean {
  return z.uuid().safeParse(id).success;
}
