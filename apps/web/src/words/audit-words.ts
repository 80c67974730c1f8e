import { capital } from './reasons.ts';

/** What was done, from a verb of the audit log that is named as a request ("approve") or by the stage that did it. */
const DONE: Readonly<Record<string, string>> = {
  abort: 'abort asked for',
  acknowledge: 'acknowledged',
  approve: 'approved',
  assign: 'assigned',
  break: 'fault set',
  close: 'closed',
  create: 'created',
  delete: 'deleted',
  disable: 'turned off',
  'dry-run': 'tried without effect',
  end: 'ended',
  evaluate: 'evaluated',
  execute: 'start asked for',
  expire: 'expired',
  freeze: 'frozen',
  join: 'joined an incident',
  label: 'labelled',
  merge: 'merged',
  open: 'opened',
  pause: 'pause asked for',
  propose: 'edited and proposed',
  reject: 'rejected',
  reopen: 'reopened',
  replay: 'replayed',
  request: 'asked for',
  requested: 'asked for',
  reset: 'reset',
  resume: 'resume asked for',
  revise: 'revised',
  revoke: 'revoked',
  rollback: 'rollback asked for',
  start: 'started',
  test: 'tested',
  toggle: 'switched',
  unlabel: 'label taken back',
};

/** A verb of the audit log in words: "step.step-applied" -> "Step applied", "plan.execute.refused" -> "Plan start asked for, refused". */
export function verbText(verb: string): string {
  const refused = /^(.+)\.refused$/.exec(verb)?.[1];
  if (refused !== undefined) return `${verbText(refused)}, refused`;
  const [noun = '', deed = ''] = verb.split('.');
  const words = (key: string): string => key.replaceAll('-', ' ');
  if (noun === 'export') return `${capital(words(deed))} exported`;
  if (deed.startsWith(`${noun}-`)) return capital(words(deed));
  return capital(`${words(noun)} ${DONE[deed] ?? words(deed)}`.trim());
}
