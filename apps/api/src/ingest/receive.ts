import type { FastifyRequest } from 'fastify';
import type { Parsed, WireFormats } from '../adapters.ts';
import { ProblemError } from '../answers/problem.ts';

/** Received (compressed) and inflated limits of every ingest route, in bytes (loop.md "API details"). */
export const LARGEST_RECEIVED = 16 * 1024 * 1024;
export const LARGEST_INFLATED = 64 * 1024 * 1024;

/** The content type without parameters, lower case; empty when none was sent. */
export function mediaTypeOf(request: FastifyRequest): string {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The inflated bytes of a request body; a problem where they are too many, corrupt or in an unknown encoding. */
export async function inflated(
  wire: WireFormats,
  request: FastifyRequest,
  encoding = request.headers['content-encoding'] ?? 'identity',
): Promise<Uint8Array> {
  const { body } = request;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const result = await wire.inflate(bytes, encoding.trim().toLowerCase(), LARGEST_INFLATED);
  switch (result) {
    case 'too-large':
      throw new ProblemError('too-large', 'The body inflates to more than 64 MiB. Send smaller batches.');
    case 'corrupt':
      throw new ProblemError('bad-payload', `The body is not valid ${encoding}.`, {
        errors: [{ pointer: '', detail: `cannot be decoded as ${encoding}` }],
      });
    case 'unsupported':
      throw new ProblemError(
        'unsupported-media-type',
        `Content-Encoding ${encoding} is not supported here. Use gzip, deflate or none (remote-write: snappy).`,
      );
    default:
      return result;
  }
}

/** The content type of a request where it is one of `types`; 415 where it is not. */
export function requireType(request: FastifyRequest, types: readonly string[]): string {
  const type = mediaTypeOf(request);
  if (types.includes(type)) return type;
  throw new ProblemError(
    'unsupported-media-type',
    `Content-Type ${type || '(none)'} is not supported here. Use ${types.join(' or ')}.`,
  );
}

/** The JSON of an inflated body; a problem with the place where it is not JSON, nested too deeply or of too many values. */
export function jsonOf(wire: WireFormats, bytes: Uint8Array): unknown {
  try {
    return wire.parseJson(bytes);
  } catch (fault) {
    const detail = fault instanceof Error ? fault.message : 'not JSON';
    const pointer =
      fault instanceof Error && 'pointer' in fault && typeof fault.pointer === 'string' ? fault.pointer : '';
    throw new ProblemError('bad-payload', detail, { errors: [{ pointer, detail }] });
  }
}

/** The batch of a parser's answer, or its problem with every place. */
export function accepted<T>(parsed: Parsed<T>): Extract<Parsed<T>, { ok: true }> {
  if (parsed.ok) return parsed as Extract<Parsed<T>, { ok: true }>;
  const code =
    parsed.kind === 'media-type' ? 'unsupported-media-type' : parsed.kind === 'too-large' ? 'too-large' : 'bad-payload';
  throw new ProblemError(code, parsed.detail, { errors: parsed.errors });
}
