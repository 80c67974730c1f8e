import type { Approval, SessionResource } from '@autoops/contracts';

/** Why this person cannot decide this approval now; undefined when they can. */
export function decisionRefusal(
  approval: Approval,
  session: Pick<SessionResource, 'subject' | 'demo'>,
  permission: string | undefined,
  now: Date,
): string | undefined {
  if (approval.state === 'void') return 'It is void: what it was asked for has changed. Nothing was executed.';
  if (approval.state !== 'waiting') return 'It has been decided.';
  if (Date.parse(approval.expiresAt) <= now.getTime()) return 'The time to decide has run out.';
  if (approval.requester.id === session.subject)
    return `You asked for it, so somebody else must decide.${session.demo ? ' Switch to approver@demo in the user menu.' : ''}`;
  return permission;
}
