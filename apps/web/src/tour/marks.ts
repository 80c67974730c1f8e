/** A place of the tour: what it points at, and what to know of it. */
export interface Mark {
  /** Where the mark stands; a place that is not there in the present state is passed over. */
  readonly path: string;
  readonly selector: string;
  readonly title: string;
  readonly text: string;
}

/** The marks of the tour for the present state: with an incident they go through it, without one they stop at the overview. */
export function marksOf(incident: string | undefined): readonly Mark[] {
  const here = (selector: string, title: string, text: string): Mark => ({ path: '/', selector, title, text });
  const there = (selector: string, title: string, text: string): readonly Mark[] =>
    incident === undefined ? [] : [{ path: `/incidents/${incident}`, selector, title, text }];
  return [
    here(
      'main h1',
      'One sentence of state',
      'What needs somebody now. Below it stands each matter, the most pressing first; 1 to 9 open them.',
    ),
    here(
      '.topbar .live',
      'How fresh this is',
      'Live, stale, or offline, said honestly. Nothing on a page is older than this says.',
    ),
    here('.topbar .kill', 'Stop everything', 'One switch stops all automation at once, with your reason, audited.'),
    here(
      '.topbar .search',
      'Everything in one field',
      'Ctrl K finds incidents, services and runbooks, and runs commands. The question mark shows all keys.',
    ),
    ...there(
      'section[aria-labelledby=detected]',
      'What was seen',
      'The measurement against its expected band, what differs, and what changed just before.',
    ),
    ...there(
      'section[aria-labelledby=forecast]',
      'How long until it hurts',
      'When the error budget is gone, as an interval, frozen before anybody acts: later it is what the fix is compared with.',
    ),
    ...there(
      'section[aria-labelledby=fix]',
      'What could be done',
      'Steps with their prechecks and way back. Evaluate shows what policy says in every environment, and why.',
    ),
    ...there(
      '.tabs',
      'The whole story',
      'Every measurement, decision, verdict and click, with its evidence; and the brief for whoever asks what it cost.',
    ),
  ];
}
