import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import type { SessionResource } from '@autoops/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { createStaticHandler, createStaticRouter, StaticRouterProvider } from 'react-router';
import { makeClient } from '../api/cache.ts';
import { queries } from '../api/queries.ts';
import { App } from '../app.tsx';
import { routesAt } from '../routes.tsx';
import { SCREENS } from '../screens.ts';
import { FRAME_ID } from '../shell/frame-over.ts';
import { answersOf, ANSWERS_ID } from './answers.ts';

/** Asks the API for a path as whoever the page is for. Rejects where it is refused. */
export type Ask = (path: string) => Promise<unknown>;

/** A screen asks, draws, and what it then shows asks again: session, screen, its parts. */
const ROUNDS = 4;
/** After it the page goes out with what is there; the browser asks for the rest. */
const PATIENCE_MS = 1500;

/**
 * The HTML of a screen with what the API answers for it, and those answers for the scripts that will take its place. Nobody can act on
 * it: it is what a slow machine shows while it still compiles the scripts. Throws where a screen cannot be drawn.
 */
export async function drawFirstPage(url: string, ask: Ask): Promise<string> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const patienceOver = new Promise((resolve) => patience.addEventListener('abort', resolve));
  const client = makeClient({ keepMs: Number.POSITIVE_INFINITY });
  try {
    const routes = await routesAt(new URL(url, 'http://page').pathname);
    const draw = await drawer(routes, url, client);
    const asked = new Set<string>();
    let html = draw();
    for (let round = 0; round < ROUNDS; round += 1) {
      const wanted = questionsOf(client).filter(({ hash }) => !asked.has(hash));
      if (wanted.length === 0) break;
      for (const { hash } of wanted) asked.add(hash);
      await Promise.race([patienceOver, Promise.all(wanted.map((question) => answer(client, question, ask)))]);
      html = draw();
      if (patience.aborted) break;
    }
    return `${html}<script type="application/json" id="${ANSWERS_ID}">${answersOf(client)}</script>`;
  } finally {
    client.clear();
  }
}

const NOBODY: SessionResource = { authenticated: true, permissions: [], devUsers: [], demo: false, version: '' };

/**
 * Draws every screen once for nobody, who is told nothing: what is drawn after it is neither loaded nor compiled while somebody waits.
 * Other work gets its turn between two screens.
 */
export async function warmUp(): Promise<void> {
  const sessionPath = queries.session().meta?.path;
  for (const { path } of SCREENS) {
    await drawFirstPage(path, (asked) =>
      asked === sessionPath ? Promise.resolve(NOBODY) : Promise.reject(new Error('Nobody is told anything')),
    );
    await new Promise((resolve) => setTimeout(resolve));
  }
}

type Routes = Awaited<ReturnType<typeof routesAt>>;

async function drawer(routes: Routes, url: string, client: QueryClient): Promise<() => string> {
  const handler = createStaticHandler([...routes]);
  const context = await handler.query(new Request(new URL(url, 'http://page')));
  if (context instanceof Response) throw new Error(`${url} leads elsewhere`);
  const router = createStaticRouter(handler.dataRoutes, context);
  return () => {
    const styles = createCache({ key: 'css' });
    // Keeps every rule in `inserted` and puts no style element between the others, where it would change what is whose first child.
    styles.compat = true;
    const html = renderToString(
      <CacheProvider value={styles}>
        <App client={client}>
          <StaticRouterProvider router={router} context={context} hydrate={false} />
        </App>
      </CacheProvider>,
    );
    const rules = Object.values(styles.inserted).filter((rule) => typeof rule === 'string');
    return `<div id="${FRAME_ID}" aria-hidden="true" inert><style>${rules.join('')}</style>${html}</div>`;
  };
}

interface Question {
  readonly hash: string;
  readonly key: readonly unknown[];
  readonly path: string;
  readonly paged: boolean;
}

/** What a drawn screen waits for: all reads that are on and not answered. */
function questionsOf(client: QueryClient): readonly Question[] {
  return client
    .getQueryCache()
    .getAll()
    .flatMap(({ state, meta, queryHash, queryKey, options }) =>
      state.data === undefined && meta?.path !== undefined && !('enabled' in options && options.enabled === false)
        ? [{ hash: queryHash, key: queryKey, path: meta.path, paged: meta.paged === true }]
        : [],
    );
}

/** Asks, and gives the client the answer. What is refused stays open: the browser asks again, and shows why. */
async function answer(client: QueryClient, { key, path, paged }: Question, ask: Ask): Promise<void> {
  const data = await ask(path).catch(() => undefined);
  if (data !== undefined) client.setQueryData(key, paged ? { pages: [data], pageParams: [null] } : data);
}
