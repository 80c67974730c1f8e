import type { FastifyInstance } from 'fastify';
import { routeOf } from './access/declared-routes.ts';
import { ProblemError } from './answers/problem.ts';
import { LARGEST_RECEIVED } from './ingest/receive.ts';

const LARGEST_JSON = 1024 * 1024;

/** How many bytes a route takes: ingest 16 MiB, everything else 1 MiB. */
export function bodyLimitOf(method: string, url: string): number {
  return isIngest(method, url) ? LARGEST_RECEIVED : LARGEST_JSON;
}

/**
 * How bodies are read: ingest routes get the bytes as they came, whatever their type, because limits are checked before inflating;
 * all others take JSON and nothing else, and an empty body is no body.
 */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const { url } = request.routeOptions;
    if (url !== undefined && isIngest(request.method, url)) return done(null, body);
    if (body.length === 0) return done(null, undefined);
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') return done(new ProblemError('unsupported-media-type', 'Send application/json.'));
    try {
      return done(null, JSON.parse(body.toString('utf8')));
    } catch (fault) {
      return done(
        new ProblemError('bad-payload', `The body is not JSON: ${fault instanceof Error ? fault.message : 'unknown'}`, {
          errors: [{ pointer: '', detail: 'not JSON' }],
        }),
      );
    }
  });
}

function isIngest(method: string, url: string): boolean {
  return routeOf(method, url)?.permission === 'autoops:ingest';
}
