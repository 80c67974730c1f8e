import { z } from 'zod';
import { Name, Uuid } from './primitives.ts';

export const Permission = z.enum([
  'aiops:read',
  'aiops:analyze',
  'aiops:remediate',
  'aiops:admin',
  'autoops:approve',
  'autoops:ingest',
]);
export type Permission = z.infer<typeof Permission>;

export const Role = z.enum(['viewer', 'operator', 'approver', 'admin', 'ingest']);
export type Role = z.infer<typeof Role>;

/** loop.md "Sign-in and roles". */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['aiops:read'],
  operator: ['aiops:read', 'aiops:analyze', 'aiops:remediate'],
  approver: ['aiops:read', 'autoops:approve'],
  admin: ['aiops:read', 'aiops:analyze', 'aiops:remediate', 'aiops:admin', 'autoops:approve'],
  ingest: ['autoops:ingest'],
};

/** Who calls: what the guard makes of a session cookie, an opaque token or a JWT. `environments` empty = all. */
export const Principal = z.object({
  subject: z.string(),
  kind: z.enum(['person', 'service', 'agent']),
  workspaceId: Uuid,
  permissions: z.array(Permission),
  role: Role.optional(),
  environments: z.array(Name).default([]),
  maxBlastRadius: z.number().int().optional(),
  source: Name.optional(),
  sessionId: Uuid.optional(),
  tokenId: Uuid.optional(),
  authenticatedAt: z.iso.datetime(),
});
export type Principal = z.infer<typeof Principal>;
