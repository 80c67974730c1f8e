import { OUTCOMES, RUN_STATES, sentenceCase, STEP_STATES } from '../words/reasons.ts';
import type { GlyphName } from './glyph.tsx';

export type Tone = 'allow' | 'guard' | 'deny' | 'crit' | 'high' | 'med' | 'low' | 'run' | 'neutral';

export interface StatusLook {
  readonly word: string;
  readonly tone: Tone;
  readonly glyph: GlyphName;
}

const look = (word: string, tone: Tone, glyph: GlyphName): StatusLook => ({ word, tone, glyph });

const SEVERITY: Readonly<Record<string, StatusLook>> = {
  critical: look('Critical', 'crit', 'diamond'),
  high: look('High', 'high', 'triangle'),
  medium: look('Medium', 'med', 'square'),
  low: look('Low', 'low', 'ring'),
};

const VERDICT: Readonly<Record<string, StatusLook>> = {
  allow: look('Allow', 'allow', 'check'),
  allowed: look('Allowed', 'allow', 'check'),
  'require-approval': look('Needs approval', 'guard', 'shield'),
  constrained: look('Allowed with a limit', 'guard', 'shield'),
  deny: look('Deny', 'deny', 'stop'),
  blocked: look('Blocked', 'deny', 'stop'),
  undefined: look('Denied: no decision', 'deny', 'stop'),
};

const INCIDENT: Readonly<Record<string, StatusLook>> = {
  detected: look('Detected', 'high', 'half'),
  forecasted: look('Forecasted', 'high', 'half'),
  planned: look('Planned', 'run', 'half'),
  'awaiting-decision': look('Waits for a decision', 'guard', 'shield'),
  executing: look('Executing', 'run', 'half'),
  verifying: look('Verifying', 'run', 'clock'),
  closed: look('Closed', 'neutral', 'ring'),
};

const outcomeTone = (outcome: string): StatusLook => {
  const word = (OUTCOMES as Readonly<Record<string, string>>)[outcome] ?? sentenceCase(outcome);
  if (outcome === 'verified' || outcome === 'self-healed') return look(word, 'allow', 'check');
  if (outcome === 'harmful' || outcome === 'denied' || outcome === 'rejected' || outcome === 'unresolved')
    return look(word, 'deny', 'stop');
  if (outcome === 'rolled-back' || outcome === 'ineffective') return look(word, 'high', 'undo');
  if (outcome === 'aborted') return look(word, 'high', 'cross');
  if (outcome === 'no-safe-plan' || outcome === 'inconclusive') return look(word, 'high', 'question');
  return look(word, 'neutral', 'ring');
};

const RUN: Readonly<Record<string, readonly [Tone, GlyphName]>> = {
  queued: ['neutral', 'clock'],
  running: ['run', 'half'],
  paused: ['guard', 'pause'],
  verifying: ['run', 'clock'],
  succeeded: ['allow', 'check'],
  'rolling-back': ['high', 'half'],
  'rolled-back': ['high', 'undo'],
  'rollback-failed': ['deny', 'stop'],
  aborted: ['high', 'cross'],
  'needs-human': ['deny', 'question'],
};

const STEP: Readonly<Record<string, readonly [Tone, GlyphName]>> = {
  pending: ['neutral', 'ring'],
  claimed: ['run', 'clock'],
  intent: ['run', 'clock'],
  dispatched: ['run', 'half'],
  applied: ['run', 'check'],
  'failed-definite': ['deny', 'cross'],
  unknown: ['high', 'question'],
  verified: ['allow', 'check'],
  compensating: ['high', 'undo'],
  compensated: ['high', 'undo'],
  skipped: ['neutral', 'dash'],
};

const APPROVAL: Readonly<Record<string, StatusLook>> = {
  waiting: look('Waits for a decision', 'guard', 'shield'),
  approved: look('Approved', 'allow', 'check'),
  rejected: look('Rejected', 'deny', 'stop'),
  expired: look('Expired', 'neutral', 'clock'),
  void: look('Void: the plan changed', 'high', 'cross'),
  used: look('Approved and used', 'allow', 'check'),
};

const HEALTH: Readonly<Record<string, StatusLook>> = {
  learning: look('Learning', 'neutral', 'half'),
  healthy: look('Healthy', 'allow', 'check'),
  'at-risk': look('At risk', 'med', 'clock'),
  degraded: look('Degraded', 'med', 'square'),
  burning: look('Burning', 'high', 'triangle'),
  exhausted: look('Budget gone', 'crit', 'diamond'),
  'no-data': look('No data', 'neutral', 'dash'),
};

/** Whether a control of an incident did its work. */
const CONTROL: Readonly<Record<string, StatusLook>> = {
  worked: look('Worked', 'allow', 'check'),
  inadequate: look('Inadequate', 'high', 'triangle'),
  absent: look('Absent', 'high', 'cross'),
  'not-needed': look('Not needed', 'neutral', 'dash'),
};

export type StatusKind =
  | 'severity'
  | 'verdict'
  | 'incident'
  | 'outcome'
  | 'run'
  | 'step'
  | 'approval'
  | 'health'
  | 'control';

/** Every value that a status of each kind can have. */
export const STATUS_VALUES: Readonly<Record<StatusKind, readonly string[]>> = {
  severity: Object.keys(SEVERITY),
  verdict: Object.keys(VERDICT),
  health: Object.keys(HEALTH),
  incident: Object.keys(INCIDENT),
  outcome: Object.keys(OUTCOMES),
  run: Object.keys(RUN),
  step: Object.keys(STEP),
  approval: Object.keys(APPROVAL),
  control: Object.keys(CONTROL),
};

const fromPair = (
  table: Readonly<Record<string, readonly [Tone, GlyphName]>>,
  words: Readonly<Record<string, string>>,
  value: string,
): StatusLook => {
  const pair = table[value] ?? (['neutral', 'question'] as const);
  return look(words[value] ?? sentenceCase(value), pair[0], pair[1]);
};

/** Word, colour and shape of a status; a missing verdict is shown as denied (fail closed). */
export function statusLook(kind: StatusKind, value: string | undefined): StatusLook {
  switch (kind) {
    case 'severity':
      return SEVERITY[value ?? ''] ?? look(sentenceCase(value ?? 'unknown'), 'neutral', 'question');
    case 'verdict':
      return VERDICT[value ?? 'undefined'] ?? look('Denied: no decision', 'deny', 'stop');
    case 'incident':
      return INCIDENT[value ?? ''] ?? look(sentenceCase(value ?? 'unknown'), 'neutral', 'question');
    case 'outcome':
      return outcomeTone(value ?? 'unknown');
    case 'run':
      return fromPair(RUN, RUN_STATES, value ?? 'unknown');
    case 'step':
      return fromPair(STEP, STEP_STATES, value ?? 'pending');
    case 'approval':
      return APPROVAL[value ?? ''] ?? look(sentenceCase(value ?? 'unknown'), 'neutral', 'question');
    case 'control':
      return CONTROL[value ?? ''] ?? look(sentenceCase(value ?? 'unknown'), 'neutral', 'question');
    case 'health':
      return HEALTH[value ?? ''] ?? look(sentenceCase(value ?? 'unknown'), 'neutral', 'question');
  }
}
