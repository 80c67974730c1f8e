/** Addresses where nothing is known yet: an id that no incident, run or approval has. */
const NOBODY = {
  incident: 'INC-9999',
  run: '00000000-0000-7000-8000-000000000000',
  approval: '00000000-0000-7000-8000-000000000000',
};

/** Every screen with its address; those of an incident, a run and an approval take what the product has, or an id that is nowhere. */
export function screensOf(known = {}) {
  const { incident, run, approval } = { ...NOBODY, ...known };
  return [
    ['now', '/'],
    ['services', '/services'],
    ['service', '/services/prod:checkout'],
    ['incidents', '/incidents'],
    ['incident', `/incidents/${incident}`],
    ['incident-evidence', `/incidents/${incident}?tab=evidence`],
    ['incident-runs', `/incidents/${incident}?tab=runs`],
    ['incident-narrative', `/incidents/${incident}?tab=narrative`],
    ['incident-review', `/incidents/${incident}?tab=review`],
    ['evaluate', `/incidents/${incident}/evaluate`],
    ['approvals', '/approvals'],
    ['approval', `/approvals/${approval}`],
    ['runs', '/runs'],
    ['run', `/runs/${run}`],
    ['runbooks', '/runbooks'],
    ['runbook', '/runbooks/throttle-noisy-job'],
    ['policies', '/policies'],
    ['value', '/value'],
    ['audit', '/audit'],
    ['integrations', '/integrations'],
    ['settings', '/settings'],
    ['self', '/self'],
    ['design', '/design'],
    ['not-found', '/no-such-screen'],
    ['sign-in', '/'],
  ].map(([name, path]) => ({ name, path }));
}
