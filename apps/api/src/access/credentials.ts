import '@fastify/cookie'; // its types say that requests have cookies
import type { FastifyRequest } from 'fastify';

export const COOKIE_NAME = 'autoops_session';
export const SECURE_COOKIE_NAME = '__Host-autoops_session';

/** What a request shows to be let in. A cookie alone makes the request subject to the cross-site rules. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'bearer'; readonly bearer: string }
  | { readonly kind: 'cookie'; readonly cookie: string };

/** Reads the one credential of a request; two Authorization headers are one too many. Tokens in the query are never looked at. */
export function credentialOf(request: FastifyRequest): Credential {
  const authorizations = request.raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  ).length;
  if (authorizations > 1) return { kind: 'bad' };
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
    return bearer === undefined ? { kind: 'bad' } : { kind: 'bearer', bearer };
  }
  const cookie = cookieOf(request);
  return cookie === undefined ? { kind: 'none' } : { kind: 'cookie', cookie };
}

/** The session cookie's value, if one was sent. */
export function cookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[SECURE_COOKIE_NAME] ?? request.cookies[COOKIE_NAME];
}
