import { createHash } from 'node:crypto';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, of, type Observable } from 'rxjs';
import { routeOf } from '../access/declared-routes.ts';
import type { Adapters } from '../adapters.ts';
import { ADAPTERS } from '../tokens.ts';
import { ProblemError, problemBody } from './problem.ts';
import { PROBLEMS } from './problem-codes.ts';

/** Their answers hold a secret that is shown once and must not be kept, so their calls are not replayed. */
const ANSWER_SECRETS: ReadonlySet<string> = new Set(['session.login', 'tokens.create', 'channels.create']);

/**
 * `Idempotency-Key` on every POST, PUT and DELETE with an effect: the first answer, a refusal included, is kept 24 h for this
 * principal and route and given again. A fault is not kept. Ingest has idempotence of its own (series and time, event id).
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #adapters: Pick<Adapters, 'idempotency'>;

  constructor(@Inject(ADAPTERS) adapters: Adapters) {
    this.#adapters = adapters;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const given = request.headers['idempotency-key'];
    const route = routeOf(request.method, request.routeOptions.url);
    const { principal } = request;
    if (
      given === undefined ||
      principal === undefined ||
      route === undefined ||
      request.method === 'GET' ||
      request.method === 'HEAD'
    )
      return next.handle();
    if (route.permission === 'autoops:ingest' || ANSWER_SECRETS.has(route.id)) return next.handle();
    if (typeof given !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(given))
      throw new ProblemError('bad-request', 'Idempotency-Key must be 1 to 200 printable characters without spaces.');

    const key = digest([principal.subject, route.id, request.url, given]);
    const claim = await this.#adapters.idempotency.claim(
      principal.workspaceId,
      key,
      digest([JSON.stringify(request.body ?? null), String(request.headers['if-match'] ?? '')]),
    );
    switch (claim.kind) {
      case 'busy':
        throw new ProblemError('idempotency-busy', undefined, { retryAfterSeconds: 1 });
      case 'mismatch':
        throw new ProblemError('idempotency-mismatch');
      case 'stored': {
        void reply.status(claim.status).header('Idempotent-Replayed', 'true');
        if (claim.status >= 400) void reply.header('Content-Type', 'application/problem+json; charset=utf-8');
        return of(claim.body);
      }
      case 'new':
        return from(this.#first(principal.workspaceId, key, request, reply, next));
    }
  }

  async #first(
    workspaceId: string,
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const { idempotency } = this.#adapters;
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await idempotency.complete(workspaceId, key, reply.statusCode, body ?? null);
      return body;
    } catch (thrown) {
      if (thrown instanceof ProblemError && PROBLEMS[thrown.code].status < 500 && thrown.code !== 'conflict') {
        await idempotency.complete(
          workspaceId,
          key,
          PROBLEMS[thrown.code].status,
          problemBody(thrown, request.id, request.url),
        );
      } else {
        await idempotency.release(workspaceId, key);
      }
      throw thrown;
    }
  }
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
