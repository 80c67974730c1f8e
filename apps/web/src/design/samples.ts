import type { StatusKind } from '../status/statuses.ts';
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

/** Every value of every kind of status. */
export const STATUSES: readonly (readonly [StatusKind, readonly string[]])[] = [
  ['severity', ['critical', 'high', 'medium', 'low']],
  ['verdict', ['allow', 'require-approval', 'constrained', 'deny', 'undefined']],
  ['health', ['learning', 'healthy', 'degraded', 'burning', 'exhausted', 'no-data']],
  ['incident', ['detected', 'forecasted', 'planned', 'awaiting-decision', 'executing', 'verifying', 'closed']],
  [
    'outcome',
    [
      'verified',
      'self-healed',
      'ineffective',
      'harmful',
      'denied',
      'expired',
      'no-safe-plan',
      'aborted',
      'rolled-back',
    ],
  ],
  [
    'run',
    ['queued', 'running', 'paused', 'verifying', 'succeeded', 'rolling-back', 'rolled-back', 'aborted', 'needs-human'],
  ],
  ['approval', ['waiting', 'approved', 'rejected', 'expired', 'void', 'used']],
];

/** Class and sample of each size of type. */
export const TYPE: readonly (readonly [string, string])[] = [
  ['big', '27 min'],
  ['h3', 'Checkout error ratio is 4.7 % (expected 0.2–0.9 %)'],
  ['body', 'State what will happen, where, and how to undo, before the click.'],
  ['small muted', 'evaluated 2 s ago · bundle in force'],
  ['mono', 'prod.replica-cap #9b2f'],
];
