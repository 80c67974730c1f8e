import { randomUUID } from 'node:crypto';
import { ROLE_PERMISSIONS, type Principal, type Role } from '@autoops/contracts';
import type { SessionRow, TokenRow } from '../read-models.ts';

/** The demo's people, one a role; a switch between them counts as a fresh login (loop.md "Who starts a run"). */
export const DEV_USERS: Readonly<Record<string, Role>> = {
  'operator@demo': 'operator',
  'approver@demo': 'approver',
  'admin@demo': 'admin',
  'viewer@demo': 'viewer',
};

/** A name with an `@` is a person's; anything else is a service, and services cannot approve. */
export function kindOf(subject: string): Principal['kind'] {
  return subject.includes('@') ? 'person' : 'service';
}

/** The principal behind an opaque token. Its secret is shown with every call, so each call is a fresh authentication. */
export function principalOfToken(token: TokenRow, now: Date): Principal {
  return {
    subject: token.name,
    kind: kindOf(token.name),
    workspaceId: token.workspaceId,
    permissions: [...token.permissions],
    role: token.role,
    environments: [...token.environments],
    ...(token.source === undefined ? {} : { source: token.source }),
    tokenId: token.id,
    authenticatedAt: now.toISOString(),
  };
}

/** The principal behind a session. */
export function principalOfSession(session: SessionRow): Principal {
  return {
    subject: session.subject,
    kind: kindOf(session.subject),
    workspaceId: session.workspaceId,
    permissions: [...session.permissions],
    role: session.role,
    environments: [...session.environments],
    sessionId: session.id,
    authenticatedAt: session.authenticatedAt,
  };
}

/** The principal of a dev login. */
export function principalOfDevUser(user: string, role: Role, workspaceId: string, now: Date): Principal {
  return {
    subject: user,
    kind: 'person',
    workspaceId,
    permissions: [...ROLE_PERMISSIONS[role]],
    role,
    environments: [],
    sessionId: randomUUID(),
    authenticatedAt: now.toISOString(),
  };
}

/** Whether a principal's role covers an environment; no list means all. */
export function coversEnvironment(principal: Principal, environment: string | undefined): boolean {
  return (
    environment === undefined || principal.environments.length === 0 || principal.environments.includes(environment)
  );
}
