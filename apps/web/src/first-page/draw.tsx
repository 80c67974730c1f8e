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
import { Asker, questionsOf, QuestionMemory, type Ask, type Question } from './questions.ts';

/** A screen asks, draws, and what it then shows asks again: the screen, its parts. */
const ROUNDS = 3;
/** After it the page goes out with what is there; the browser asks for the rest. */
const PATIENCE_MS = 1500;
/** Whom the page is for: everything else depends on it. */
const SESSION: Question = { key: queries.session().queryKey, path: queries.session().meta?.path ?? '', paged: false };

const memory = new QuestionMemory(200);

/**
 * The HTML of a screen with what the API answers for it, and those answers for the scripts that will take its place. Nobody can act on
 * it: it is what a slow machine shows while it still compiles the scripts. What the same address asked the last time is asked before it
 * is drawn at all. Throws where a screen cannot be drawn.
 */
export async function drawFirstPage(url: string, ask: Ask): Promise<string> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const patienceOver = new Promise<true>((resolve) => patience.addEventListener('abort', () => resolve(true)));
  const client = makeClient({ keepMs: Number.POSITIVE_INFINITY });
  try {
    const draw = await drawer(await routesAt(new URL(url, 'http://page').pathname), url, client);
    const asker = new Asker(client, ask);
    /** False where nothing new was asked. What was not answered in time is left out. */
    const answer = (questions: readonly Question[]) => Promise.race([patienceOver, asker.answer(questions)]);
    await answer([SESSION]);
    const permissions = client.getQueryData<SessionResource>(SESSION.key)?.permissions ?? [];
    await answer(memory.of(permissions, url));
    let html = draw();
    for (let round = 0; round < ROUNDS && !patience.aborted && (await answer(questionsOf(client))); round += 1)
      html = draw();
    memory.keep(permissions, url, questionsOf(client));
    return `${html}<script type="application/json" id="${ANSWERS_ID}">${answersOf(client)}</script>`;
  } finally {
    client.clear();
  }
}

/** May read, so that what stands beside the titles is drawn too. */
const NOBODY: SessionResource = {
  authenticated: true,
  permissions: ['aiops:read'],
  devUsers: [],
  demo: false,
  version: '',
};

/**
 * Draws every screen once for nobody, who is told nothing: what is drawn after it is neither loaded nor compiled while somebody waits.
 * Other work gets its turn between two screens.
 */
export async function warmUp(): Promise<void> {
  for (const { path } of SCREENS) {
    await drawFirstPage(path, (asked) =>
      asked === SESSION.path ? Promise.resolve(NOBODY) : Promise.reject(new Error('Nobody is told anything')),
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
