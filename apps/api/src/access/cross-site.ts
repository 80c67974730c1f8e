import type { FastifyRequest } from 'fastify';

/**
 * Why a cookie-authenticated mutation is refused as cross-site, or undefined. Three independent lines (security.md "Dashboard"):
 * a custom header and JSON, which a foreign form cannot send, and what the browser itself says of the origin.
 */
export function crossSiteRefusal(request: FastifyRequest, origins: readonly string[]): string | undefined {
  if (request.headers['x-autoops'] !== '1') return 'The header `X-AutoOps: 1` is missing.';
  const length = request.headers['content-length'];
  const hasBody = (length !== undefined && length !== '0') || request.headers['transfer-encoding'] !== undefined;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (hasBody && type !== 'application/json') return 'Only application/json is taken with a session cookie.';
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return `The browser says that the request comes from elsewhere (${String(site)}).`;
  const { origin } = request.headers;
  if (origin !== undefined && !sameOrigin(origin, request.headers.host, origins))
    return `The origin ${origin} is not this one.`;
  return undefined;
}

function sameOrigin(origin: string, host: string | undefined, origins: readonly string[]): boolean {
  if (origins.includes(origin)) return true;
  const parsed = URL.parse(origin);
  return parsed !== null && host !== undefined && parsed.host.toLowerCase() === host.toLowerCase();
}
