import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor, Principal } from '@autoops/contracts';
import type { FastifyRequest } from 'fastify';
import { coversEnvironment } from '../access/principal.ts';
import { found, ProblemError } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access hook on every route that needs a log-in. */
    principal: Principal | undefined;
    /** Set by the access hook once it let the request through: the guard demands it. */
    admitted: boolean;
  }
}

/** The authenticated caller of a guarded route. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The authenticated caller of a request; refused where there is none. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new ProblemError('unauthenticated');
  return request.principal;
}

/** Who an audit entry names for this caller. */
export function actorOf(principal: Principal): Actor {
  return { kind: principal.kind, id: principal.subject };
}

/** A list's query, narrowed to the environments that the caller's role is bound to: who may not act there does not read there. */
export function within<Query extends object>(
  { environments }: Principal,
  query: Query,
): Query & { readonly environments?: readonly string[] } {
  return environments.length === 0 ? query : { ...query, environments };
}

/** A list's items in the environments that the caller's role is bound to. */
export function itemsWithin<Item extends { readonly environment: string }>(
  principal: Principal,
  items: readonly Item[],
): readonly Item[] {
  return items.filter(({ environment }) => coversEnvironment(principal, environment));
}

/** What was asked for; not found where there is none, and refused where the caller's role is bound to other environments. */
export function foundWithin<Item extends { readonly environment: string }>(
  principal: Principal,
  item: Item | undefined,
): Item {
  const known = found(item);
  requireEnvironment(principal, known.environment);
  return known;
}

/** Refuses where the caller's role is bound to other environments. */
export function requireEnvironment(principal: Principal, environment: string): void {
  if (coversEnvironment(principal, environment)) return;
  throw new ProblemError(
    'wrong-environment',
    `Your role covers ${principal.environments.join(', ')}, not ${environment}.`,
  );
}
