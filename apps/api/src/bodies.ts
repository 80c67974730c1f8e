import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routeOf } from './access/declared-routes.ts';
import { ProblemError } from './answers/problem.ts';
import { LARGEST_RECEIVED } from './ingest/receive.ts';
import { ReceivedBytes } from './ingest/received-bytes.ts';

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
  const received = new ReceivedBytes();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const { url } = request.routeOptions;
    const ingest = url !== undefined && isIngest(request.method, url);
    const answered = new Promise<void>((done) => request.raw.once('close', done));
    const declared = Number(request.headers['content-length'] ?? 0);
    const body = await received.collect(payload, ingest ? LARGEST_RECEIVED : LARGEST_JSON, declared, answered);
    return ingest ? body : jsonOf(request, body);
  });
}

function jsonOf(request: FastifyRequest, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new ProblemError('unsupported-media-type', 'Send application/json.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (fault) {
    throw new ProblemError(
      'bad-payload',
      `The body is not JSON: ${fault instanceof Error ? fault.message : 'unknown'}`,
      {
        errors: [{ pointer: '', detail: 'not JSON' }],
      },
    );
  }
}

function isIngest(method: string, url: string): boolean {
  return routeOf(method, url)?.permission === 'autoops:ingest';
}
