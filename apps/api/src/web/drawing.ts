import type { FastifyInstance, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Asks this API for a path. Rejects where it is refused. */
export type Ask = (path: string) => Promise<unknown>;

/** The program that draws first pages (apps/web/src/first-page/draw.tsx). */
export interface Drawing {
  /** The HTML of a screen with what `ask` answers for it. Rejects where the screen cannot be drawn. */
  readonly drawFirstPage: (url: string, ask: Ask) => Promise<string>;
  /** Loads and compiles what draws every screen, so that the first who asks does not wait for it. */
  readonly warmUp: () => Promise<void>;
}

/** Where the build of the dashboard puts that program, below its files for browsers. */
export const PROGRAM_DIR = 'server';

/** Loads the program that draws first pages; undefined where it is not built: then the browser draws everything itself. */
export async function loadDrawing(webDir: string): Promise<Drawing | undefined> {
  const program = join(webDir, PROGRAM_DIR, 'draw.js');
  return existsSync(program) ? ((await import(pathToFileURL(program).href)) as Drawing) : undefined;
}

/** Asks the API as whoever sent `request`, through all its guards: a page never shows more than its own requests would. */
export function askAs(fastify: FastifyInstance, request: FastifyRequest): Ask {
  const { cookie, host, authorization } = request.headers;
  const sent = Object.entries({ cookie, host, authorization }).filter(([, value]) => value !== undefined);
  const remoteAddress = request.socket.remoteAddress ?? '';
  return async (path) => {
    const answer = await fastify.inject({
      method: 'GET',
      url: path,
      remoteAddress,
      headers: { ...Object.fromEntries(sent), accept: 'application/json' },
    });
    if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`);
    return answer.json<unknown>();
  };
}
