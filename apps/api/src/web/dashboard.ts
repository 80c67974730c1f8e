import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { problemsPage } from '../answers/problem-codes.ts';
import { askAs, PROGRAM_DIR, type Drawing } from './drawing.ts';
import { firstPageAt, type FirstPage } from './first-page.ts';

/** The router's paths that serve the dashboard and need no log-in. */
export const OPEN_PATHS: ReadonlySet<string> = new Set(['/*', '/', '/docs/problems']);

/** What no page and no file of the dashboard is at. */
const NO_PAGE = new RegExp(`^/(api|v1|healthz|readyz|metrics|${PROGRAM_DIR})(/|$)`, 'i');

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>AutoOps</title>
<h1>The dashboard is not built</h1><p>Run <code>npm run setup</code> in the project and reload. The API works: <a href="/api/openapi.json">its description</a>.</p></html>`;

export interface Dashboard {
  readonly webDir: string;
  /** Undefined where it is not built. */
  readonly page: FirstPage | undefined;
  /** Undefined where it is not built. */
  readonly drawing: Drawing | undefined;
  readonly signedIn: (request: FastifyRequest) => Promise<boolean>;
}

/**
 * Serves the built dashboard: hashed assets for ever and compressed, the first page for every other path that is no file and not the
 * API's. Without a build a plain page says what to run.
 */
export async function serveDashboard(fastify: FastifyInstance, dashboard: Dashboard): Promise<void> {
  const { webDir, page, drawing } = dashboard;
  if (page !== undefined) {
    await fastify.register(fastifyStatic, {
      root: webDir,
      wildcard: false,
      index: false,
      serve: false,
      decorateReply: true,
      preCompressed: true,
    });
  }
  fastify.get('/docs/problems', (_request, reply) => {
    void reply.type('text/html; charset=utf-8').send(problemsHtml());
  });
  fastify.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (NO_PAGE.test(path) || path.includes('..')) return reply.callNotFound();
    if (page === undefined)
      return /\.[a-z0-9]+$/i.test(path)
        ? reply.callNotFound()
        : reply.type('text/html; charset=utf-8').header('Cache-Control', 'no-store').send(NOT_BUILT);
    if (/\/[^/]+\.[a-z0-9]+$/i.test(path))
      return reply.sendFile(decodeURIComponent(path.slice(1)), {
        maxAge: path.startsWith('/assets/') ? '1y' : '1h',
        immutable: path.startsWith('/assets/'),
      });
    // It holds what whoever asks may see, so nobody keeps it.
    reply.type('text/html; charset=utf-8').header('Cache-Control', 'no-store');
    const parts = firstPageAt(page, path);
    if (drawing === undefined || !(await dashboard.signedIn(request))) return reply.send(parts.join(''));
    return reply.send(Readable.from(drawnPage(parts, () => drawn(fastify, drawing, request))));
  });
}

async function* drawnPage([before, after]: readonly [string, string], draw: () => Promise<string>) {
  yield before;
  yield await draw();
  yield after;
}

/** What is drawn of the screen that is asked for; '' where it cannot be drawn, and then the browser draws it all the same. */
async function drawn(fastify: FastifyInstance, drawing: Drawing, request: FastifyRequest): Promise<string> {
  try {
    return await drawing.drawFirstPage(request.url, askAs(fastify, request));
  } catch (error) {
    request.log.warn({ err: error, path: request.url.split('?')[0] }, 'the first page could not be drawn');
    return '';
  }
}

/** The problems page as plain HTML with an anchor a code: where `type` of a problem leads to. */
function problemsHtml(): string {
  const body = problemsPage()
    .split('\n')
    .map((line) => {
      if (line.startsWith('## ')) return `<h2 id="${line.slice(3)}">${line.slice(3)}</h2>`;
      if (line.startsWith('# ')) return `<h1>${line.slice(2)}</h1>`;
      return line === ''
        ? ''
        : `<p>${line
            .replaceAll('&', '&amp;')
            .replaceAll('<', '&lt;')
            .replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>`;
    })
    .join('\n');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Problems · AutoOps</title>${body}</html>`;
}
