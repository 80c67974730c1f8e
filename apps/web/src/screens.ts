/** A screen: its path as the router knows it, the module that draws it, and what it asks the API for first. */
export interface ScreenEntry {
  readonly path: string;
  readonly module: `./${string}.tsx`;
  /** Paths below `/api/v1/`; `:id` is the one of the address. */
  readonly asks?: readonly string[];
}

/** What the shell asks for on every screen. */
export const SHELL_ASKS: readonly string[] = [
  'services',
  'approvals?state=waiting',
  'incidents?open=true',
  'incidents?limit=200',
  'runs',
  'controls',
];

/**
 * One URL per view; each screen is a chunk of its own. The router loads them by this table, and so does the server's first page,
 * which names the screen's files and questions in its head: they are under way before any script runs.
 */
export const SCREENS: readonly ScreenEntry[] = [
  { path: '/', module: './now/now-page.tsx', asks: ['value?period=90d', 'demo'] },
  { path: '/services', module: './services/services-page.tsx' },
  { path: '/services/:id', module: './services/service-page.tsx', asks: ['services/:id'] },
  { path: '/incidents', module: './incidents/incidents-page.tsx' },
  { path: '/incidents/:id', module: './incident/incident-page.tsx', asks: ['incidents/:id'] },
  { path: '/incidents/:id/evaluate', module: './evaluate/evaluate-page.tsx', asks: ['incidents/:id'] },
  { path: '/policies/evaluate', module: './evaluate/evaluate-page.tsx' },
  { path: '/approvals', module: './approval/approvals-page.tsx', asks: ['approvals'] },
  { path: '/approvals/:id', module: './approval/approval-page.tsx', asks: ['approvals/:id'] },
  { path: '/runs', module: './run/runs-page.tsx', asks: ['runs?limit=200'] },
  { path: '/runs/:id', module: './run/run-page.tsx', asks: ['runs/:id'] },
  { path: '/value', module: './value/value-page.tsx' },
  { path: '/audit', module: './audit/audit-page.tsx', asks: ['audit/status', 'audit?limit=100'] },
  { path: '/runbooks', module: './runbooks/runbooks-page.tsx', asks: ['runbooks'] },
  { path: '/runbooks/:id', module: './runbooks/runbook-page.tsx', asks: ['runbooks/:id'] },
  { path: '/policies', module: './policies/policies-page.tsx', asks: ['policies'] },
  { path: '/integrations', module: './integrations/integrations-page.tsx', asks: ['integrations'] },
  { path: '/settings', module: './settings/settings-page.tsx' },
  { path: '/self', module: './self/self-page.tsx', asks: ['self'] },
  { path: '/design', module: './design/design-page.tsx' },
  { path: '*', module: './shell/not-found.tsx' },
];
