import type { ComponentType } from 'react';
import { createBrowserRouter } from 'react-router';
import { RootGate } from './root-gate.tsx';
import { SCREENS } from './screens.ts';
import { RouteFailure } from './shell/route-failure.tsx';

const MODULES = import.meta.glob<{ readonly default: ComponentType }>(['./*/*-page.tsx', './shell/not-found.tsx']);

/** Before the first screen's code is there the page stays empty: a spinner for 100 ms would only flash. */
function NothingYet() {
  return null;
}

/** The router of the whole page; made once. Throws where a screen's module is not there. */
export function makeRouter(): ReturnType<typeof createBrowserRouter> {
  const screens = SCREENS.map(({ path, module }) => {
    const load = MODULES[module];
    if (load === undefined) throw new Error(`screens.ts names ${module}, which is not there`);
    return {
      ...(path === '/' ? { index: true as const } : { path: path.replace(/^\//, '') }),
      lazy: async () => ({ Component: (await load()).default }),
      ErrorBoundary: RouteFailure,
    };
  });
  return createBrowserRouter([
    { path: '/', Component: RootGate, HydrateFallback: NothingYet, ErrorBoundary: RouteFailure, children: screens },
  ]);
}
