import type { Permission, Principal, Route } from '@autoops/contracts';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../answers/problem.ts';
import type { Authenticator } from './authenticator.ts';
import { credentialOf } from './credentials.ts';
import { crossSiteRefusal } from './cross-site.ts';
import { routeOf } from './declared-routes.ts';

export type SetHeader = (name: string, value: string) => void;

export interface AccessRules {
  readonly authenticator: Authenticator;
  readonly hostAllowed: (host: string | undefined) => boolean;
  readonly origins: readonly string[];
  /** Paths of the router that serve files and need no log-in. */
  readonly openPaths: ReadonlySet<string>;
  /** Writes the audit entry of a refusal and returns its id. */
  readonly auditRefusal: (principal: Principal, route: Route, detail: string) => Promise<string | undefined>;
  /** Counts the request against its limits; throws where one is passed. */
  readonly limits: { check(route: Route, principal: Principal | undefined, setHeader: SetHeader): Promise<void> };
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets a request through or throws the problem that it ends in. Runs after routing and before the body is read, and judges by the
 * route that the router really chose: no trick with the path (case, slash, %2F, HEAD) leads to a handler under another rule.
 */
export async function admit(rules: AccessRules, request: FastifyRequest, setHeader: SetHeader): Promise<void> {
  if (!rules.hostAllowed(request.headers.host)) throw new ProblemError('host-not-allowed');
  const { url } = request.routeOptions;
  if (url === undefined || rules.openPaths.has(url)) return; // nothing of ours: 404 or a file of the dashboard
  const route = routeOf(request.method, url);
  if (route === undefined) throw new ProblemError('not-found');
  const principal = await authenticate(rules, request, route);
  request.principal = principal;
  if (route.permission !== 'public') {
    if (principal === undefined) throw new ProblemError('unauthenticated');
    await authorize(rules, principal, route);
  }
  await rules.limits.check(route, principal, setHeader);
  request.admitted = true;
}

async function authenticate(rules: AccessRules, request: FastifyRequest, route: Route): Promise<Principal | undefined> {
  const credential = credentialOf(request);
  switch (credential.kind) {
    case 'none':
      return undefined;
    case 'bad':
      throw new ProblemError('unauthenticated', 'Send exactly one `Authorization: Bearer TOKEN` header.');
    case 'bearer':
      return rules.authenticator.ofBearer(credential.bearer);
    case 'cookie': {
      // The log-in route judges its own origin: a cookie that may be stale must not stand in the way of a new log-in.
      if (!SAFE_METHODS.has(request.method) && route.id !== 'session.login') {
        const refusal = crossSiteRefusal(request, rules.origins);
        if (refusal !== undefined) throw new ProblemError('cross-site', refusal);
      }
      return rules.authenticator.ofCookie(credential.cookie);
    }
  }
}

async function authorize(rules: AccessRules, principal: Principal, route: Route): Promise<void> {
  const needed = route.permission;
  if (needed === 'session' || needed === 'public' || principal.permissions.includes(needed satisfies Permission))
    return;
  const detail = `This needs the permission ${needed}.`;
  throw new ProblemError('forbidden', detail, { auditId: await rules.auditRefusal(principal, route, detail) });
}
