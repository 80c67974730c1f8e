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

/** Verbs whose noun and deed do not make a sentence side by side. */
const WHOLE: Readonly<Record<string, string>> = {
  'approval.approve': 'Approval given',
  'approval.approve.refused': 'Approval not accepted',
  'approval.reject': 'Approval refused',
  'approval.reject.refused': 'Refusal not accepted',
  'config.loaded': 'Configuration in force',
  'incident.insufficient-history': 'Little history to forecast from',
  'incident.narrative-written': 'Story written',
  'incident.no-safe-plan': 'No safe plan found',
  'incident.self-healed': 'Incident healed by itself',
  'plan.awaiting-approval': 'Plan waits for approval',
  'plan.awaiting-execute': 'Plan waits to be started',
  'plan.policy-allowed': 'Plan allowed by policy',
  'plan.policy-denied': 'Plan denied by policy',
  'plan.policy-unreadable': 'Plan denied, no decision',
  'plan.precheck-failed': 'Plan failed a precheck',
  'run.needs-human': 'Run needs a person',
  'run.verifying': 'Run being verified',
  'step.step-claimed': 'Step taken by a worker',
  'step.step-dispatched': 'Step sent',
  'step.step-intent': 'Step noted before it is sent',
  'step.step-unknown': 'Step with unknown effect',
};

/** A verb of the audit log in words: "step.step-applied" -> "Step applied", "plan.execute.refused" -> "Plan start asked for, refused". */
export function verbText(verb: string): string {
  const whole = WHOLE[verb];
  if (whole !== undefined) return whole;
  const refused = /^(.+)\.refused$/.exec(verb)?.[1];
  if (refused !== undefined) return `${verbText(refused)}, refused`;
  const [noun = '', deed = ''] = verb.split('.');
  const words = (key: string): string => key.replaceAll('-', ' ');
  if (noun === 'export') return `${capital(words(deed))} exported`;
  if (deed.startsWith(`${noun}-`)) return capital(words(deed));
  return capital(`${words(noun)} ${DONE[deed] ?? words(deed)}`.trim());
}
