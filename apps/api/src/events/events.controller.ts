import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.ts';
import { credentialOf } from '../access/credentials.ts';
import { callerOf } from '../answers/call.ts';
import { Operation } from '../answers/operation.ts';
import { ProblemError } from '../answers/problem.ts';
import { AUTHENTICATOR, STREAMS } from '../tokens.ts';
import type { EventStreams, StreamSink, StreamStart } from './event-streams.ts';

/** Live events over SSE. Written by hand on the raw socket: comments as heartbeats and no buffering. */
@Controller()
export class EventsController {
  constructor(
    @Inject(STREAMS) private readonly streams: EventStreams,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
  ) {}

  @Operation('events', {
    produces: 'text/event-stream',
    description:
      'A stream of LiveEvent; resume with Last-Event-ID (or ?lastEventId=), or begin up to a minute back with ?reachBackMs=',
  })
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const principal = callerOf(request);
    const headers = {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
      Connection: 'keep-alive',
    };
    if (request.method === 'HEAD') return void reply.headers(headers).send();
    const start = startOf(request);
    if (!this.streams.mayOpen(principal))
      throw new ProblemError('too-many-requests', 'At most 5 streams a user; close one first.', {
        retryAfterSeconds: 5,
      });
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers }))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200);
    raw.flushHeaders();
    const sink: StreamSink = {
      write: (text) => void raw.write(text),
      backlog: () => raw.writableLength,
      end: () => void raw.end(),
    };
    try {
      const close = await this.streams.open(principal, start, sink, () => this.#stillAllowed(request));
      raw.on('close', close);
      if (raw.destroyed) close();
    } catch (fault) {
      request.log.error({ err: fault }, 'event stream failed');
      raw.destroy();
    }
  }

  async #stillAllowed(request: FastifyRequest): Promise<boolean> {
    const credential = credentialOf(request);
    if (credential.kind === 'cookie')
      return (await this.authenticator.ofCookie(credential.cookie, true))?.permissions.includes('aiops:read') ?? false;
    if (credential.kind === 'bearer')
      return (await this.authenticator.ofBearer(credential.bearer))?.permissions.includes('aiops:read') ?? false;
    return false;
  }
}

/** A page that takes longer to come up than this asks for everything again. */
const FARTHEST_BACK_MS = 60_000;

/** `Last-Event-ID`, or `?lastEventId=` for clients that cannot set it on the first connect; else `?reachBackMs=`. */
function startOf(request: FastifyRequest): StreamStart {
  const lastEventId = wholeNumber(
    request.headers['last-event-id'] ?? asked(request, 'lastEventId'),
    Number.MAX_SAFE_INTEGER,
  );
  const reachBackMs = wholeNumber(asked(request, 'reachBackMs'), FARTHEST_BACK_MS);
  if (lastEventId === 'none')
    throw new ProblemError('bad-request', 'Last-Event-ID must be the id of an event of this stream.');
  if (reachBackMs === 'none')
    throw new ProblemError('bad-request', `reachBackMs must be whole milliseconds, at most ${FARTHEST_BACK_MS}.`);
  return { lastEventId, reachBackMs };
}

function asked({ query }: FastifyRequest, name: string): unknown {
  return typeof query === 'object' && query !== null
    ? Object.entries(query).find(([key]) => key === name)?.[1]
    : undefined;
}

/** The number from 0 to `most` that was given; undefined where nothing was, and `none` where it is no such number. */
function wholeNumber(given: unknown, most: number): number | undefined | 'none' {
  if (given === undefined || given === '') return undefined;
  const value = Number(given);
  return Number.isSafeInteger(value) && value >= 0 && value <= most ? value : 'none';
}
