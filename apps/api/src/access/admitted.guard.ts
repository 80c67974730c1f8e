import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../answers/problem.ts';
import { routeOf } from './declared-routes.ts';

/**
 * The global guard: no handler runs unless the access hook admitted this request on this very route, and its permission is checked
 * once more here, so that losing the hook closes the API instead of opening it.
 */
@Injectable()
export class AdmittedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = routeOf(request.method, request.routeOptions.url);
    if (route === undefined || !request.admitted) throw new ProblemError('unauthenticated');
    if (route.permission === 'public') return true;
    if (request.principal === undefined) throw new ProblemError('unauthenticated');
    if (route.permission === 'session' || request.principal.permissions.includes(route.permission)) return true;
    throw new ProblemError('forbidden', `This needs the permission ${route.permission}.`);
  }
}
