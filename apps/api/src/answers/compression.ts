import fastifyCompress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';
import { constants } from 'node:zlib';

/**
 * Compresses every answer of text or JSON above 1 kB for who understands gzip (RFC 9110, 8.4.1.3); what a browser saved is read where the
 * line is slow. Live events go out as they are. Only for routes that are declared after it.
 */
export async function compressAnswers(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyCompress, {
    globalCompression: true,
    // Signatures of what comes in are of its bytes, and its limits of its size (bodies.ts).
    globalDecompression: false,
    encodings: ['gzip'],
    // Every part of a page that is drawn bit by bit goes out at once.
    zlibOptions: { level: 5, flush: constants.Z_SYNC_FLUSH },
  });
}
