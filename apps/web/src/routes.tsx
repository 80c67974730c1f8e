import type { ComponentType } from 'react';
import { matchRoutes, type RouteObject } from 'react-router';
import { RootGate } from './root-gate.tsx';
import { SCREENS } from './screens.ts';
import { RouteFailure } from './shell/route-failure.tsx';

const MODULES = import.meta.glob<{ readonly default: ComponentType }>(['./*/*-page.tsx', './shell/not-found.tsx']);

/** Before the first screen's code is there the page stays as it came: a spinner for 100 ms would only flash. */
function NothingYet() {
  return null;
}

/**
 * The routes of the whole page, the screen at `pathname` with its code; another's is fetched when somebody goes there. Where it cannot
 * be fetched the router tries again and says so. Throws where a screen's module is not there.
 */
export async function routesAt(pathname: string): Promise<readonly RouteObject[]> {
  const routes = makeRoutes();
  for (const { route } of matchRoutes(routes, pathname) ?? []) {
    if (typeof route.lazy !== 'function') continue;
    try {
      Object.assign(route, await route.lazy(), { lazy: undefined });
    } catch {
      // RouteFailure
    }
  }
  return routes;
}

function makeRoutes(): RouteObject[] {
  const screens = SCREENS.map(({ path, module }): RouteObject => {
    const load = MODULES[module];
    if (load === undefined) throw new Error(`screens.ts names ${module}, which is not there`);
    return {
      ...(path === '/' ? { index: true as const } : { path: path.replace(/^\//, '') }),
      lazy: async () => ({ Component: (await load()).default }),
      ErrorBoundary: RouteFailure,
    };
  });
  return [
    { path: '/', Component: RootGate, HydrateFallback: NothingYet, ErrorBoundary: RouteFailure, children: screens },
  ];
}
