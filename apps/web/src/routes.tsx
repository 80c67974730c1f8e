import { createBrowserRouter, type RouteObject } from 'react-router';
import { RootGate } from './root-gate.tsx';
import { RouteFailure } from './shell/route-failure.tsx';

type Screen = () => Promise<{ readonly default: React.ComponentType }>;

/** One URL per view; each screen is a chunk of its own. */
const screen = (path: string, load: Screen): RouteObject => ({
  path,
  lazy: async () => ({ Component: (await load()).default }),
});

const SCREENS: readonly RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./now/now-page.tsx')).default }) },
  screen('services', () => import('./services/services-page.tsx')),
  screen('services/:id', () => import('./services/service-page.tsx')),
  screen('incidents', () => import('./incidents/incidents-page.tsx')),
  screen('incidents/:id', () => import('./incident/incident-page.tsx')),
  screen('incidents/:id/evaluate', () => import('./evaluate/evaluate-page.tsx')),
  screen('policies/evaluate', () => import('./evaluate/evaluate-page.tsx')),
  screen('approvals', () => import('./approval/approvals-page.tsx')),
  screen('approvals/:id', () => import('./approval/approval-page.tsx')),
  screen('runs', () => import('./run/runs-page.tsx')),
  screen('runs/:id', () => import('./run/run-page.tsx')),
  screen('value', () => import('./value/value-page.tsx')),
  screen('audit', () => import('./audit/audit-page.tsx')),
  screen('runbooks', () => import('./runbooks/runbooks-page.tsx')),
  screen('runbooks/:id', () => import('./runbooks/runbook-page.tsx')),
  screen('policies', () => import('./policies/policies-page.tsx')),
  screen('integrations', () => import('./integrations/integrations-page.tsx')),
  screen('settings', () => import('./settings/settings-page.tsx')),
  screen('self', () => import('./self/self-page.tsx')),
  screen('design', () => import('./design/design-page.tsx')),
  screen('*', () => import('./shell/not-found.tsx')),
];

/** Before the first screen's code is there the page stays empty: a spinner for 100 ms would only flash. */
function NothingYet() {
  return null;
}

/** The router of the whole page; made once. */
export function makeRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    {
      path: '/',
      Component: RootGate,
      HydrateFallback: NothingYet,
      ErrorBoundary: RouteFailure,
      children: SCREENS.map((route) => ({ ...route, ErrorBoundary: RouteFailure })),
    },
  ]);
}
