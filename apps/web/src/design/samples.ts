import type { Tokens } from '../theme/tokens.ts';

/** Every colour that has a meaning; lines, shadows and overlays are seen on the parts themselves. */
export const COLOURS: readonly (keyof Tokens)[] = [
  'bg',
  'card',
  'sunk',
  'line2',
  'ink',
  'ink2',
  'ink3',
  'accent',
  'allow',
  'guard',
  'deny',
  'crit',
  'high',
  'med',
  'low',
];

/** Class and sample of each size of type. */
export const TYPE: readonly (readonly [string, string])[] = [
  ['big', '27 min'],
  ['h3', 'Checkout error ratio is 4.7 % (expected 0.2–0.9 %)'],
  ['body', 'State what will happen, where, and how to undo, before the click.'],
  ['small muted', 'evaluated 2 s ago · bundle in force'],
  ['mono', 'prod.replica-cap #9b2f'],
];
