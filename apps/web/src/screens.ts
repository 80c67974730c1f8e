/** A screen: its path as the router knows it, and the module that draws it. */
export interface ScreenEntry {
  readonly path: string;
  readonly module: `./${string}.tsx`;
}

/**
 * One URL per view; each screen is a chunk of its own. The router loads them by this table, and so does the server's first page,
 * which names the screen's files in its head: they are under way before any script runs.
 */
export const SCREENS: readonly ScreenEntry[] = [
  { path: '/', module: './now/now-page.tsx' },
  { path: '/services', module: './services/services-page.tsx' },
  { path: '/services/:id', module: './services/service-page.tsx' },
  { path: '/incidents', module: './incidents/incidents-page.tsx' },
  { path: '/incidents/:id', module: './incident/incident-page.tsx' },
  { path: '/incidents/:id/evaluate', module: './evaluate/evaluate-page.tsx' },
  { path: '/policies/evaluate', module: './evaluate/evaluate-page.tsx' },
  { path: '/approvals', module: './approval/approvals-page.tsx' },
  { path: '/approvals/:id', module: './approval/approval-page.tsx' },
  { path: '/runs', module: './run/runs-page.tsx' },
  { path: '/runs/:id', module: './run/run-page.tsx' },
  { path: '/value', module: './value/value-page.tsx' },
  { path: '/audit', module: './audit/audit-page.tsx' },
  { path: '/runbooks', module: './runbooks/runbooks-page.tsx' },
  { path: '/runbooks/:id', module: './runbooks/runbook-page.tsx' },
  { path: '/policies', module: './policies/policies-page.tsx' },
  { path: '/integrations', module: './integrations/integrations-page.tsx' },
  { path: '/settings', module: './settings/settings-page.tsx' },
  { path: '/self', module: './self/self-page.tsx' },
  { path: '/design', module: './design/design-page.tsx' },
  { path: '*', module: './shell/not-found.tsx' },
];
