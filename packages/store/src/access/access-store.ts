import type { Permission, Role } from '@autoops/contracts';
import type { Pool } from 'pg';
import { asRouter, execute, isUuid, row, rows, withWorkspace } from '../database.ts';

/** An opaque token as stored; the token itself is known to its owner alone. */
export interface TokenRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  readonly environments: readonly string[];
  readonly source: string | undefined;
  readonly createdAt: string;
  readonly expiresAt: string | undefined;
  readonly revokedAt: string | undefined;
  readonly lastUsedAt: string | undefined;
}

export interface SessionRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly subject: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  readonly environments: readonly string[];
  readonly authenticatedAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

/** Tokens and sessions by the SHA-256 of what the caller shows. Whether they still hold (expiry, revocation) is for the guard to judge. */
export interface AccessStore {
  defaultWorkspace(): Promise<string>;
  workspaceByName(name: string): Promise<string | undefined>;
  createToken(token: Omit<TokenRow, 'createdAt' | 'revokedAt' | 'lastUsedAt'>, hash: string): Promise<void>;
  findToken(hash: string): Promise<TokenRow | undefined>;
  touchToken(workspaceId: string, id: string): Promise<void>;
  tokens(workspaceId: string): Promise<readonly TokenRow[]>;
  revokeToken(workspaceId: string, id: string): Promise<boolean>;
  createSession(session: Omit<SessionRow, 'lastSeenAt'>, hash: string): Promise<void>;
  findSession(hash: string): Promise<SessionRow | undefined>;
  touchSession(workspaceId: string, id: string): Promise<void>;
  deleteSession(workspaceId: string, id: string): Promise<void>;
  /** What these subjects may do now, by their newest live session or token; whoever has neither is missing. */
  rightsOf(
    workspaceId: string,
    subjects: readonly string[],
  ): Promise<
    Readonly<Record<string, { readonly permissions: readonly Permission[]; readonly environments: readonly string[] }>>
  >;
}

interface StoredToken {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: Permission[];
  readonly environments: string[];
  readonly source: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

interface StoredSession {
  readonly id: string;
  readonly workspace_id: string;
  readonly subject: string;
  readonly role: Role;
  readonly permissions: Permission[];
  readonly environments: string[];
  readonly authenticated_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
}

export function createAccessStore(pool: Pool): AccessStore {
  const workspaceByName = (name: string): Promise<string | undefined> =>
    asRouter(
      pool,
      async (transaction) =>
        (await row<{ id: string }>(transaction, 'select id from workspaces where name = $1', [name]))?.id,
    );
  const route = (
    table: 'tokens' | 'sessions',
    hash: string,
  ): Promise<{ id: string; workspace_id: string } | undefined> =>
    asRouter(pool, (transaction) => row(transaction, `select id, workspace_id from ${table} where hash = $1`, [hash]));

  return {
    workspaceByName,
    async defaultWorkspace() {
      const id = await workspaceByName('default');
      if (id === undefined)
        throw new Error(
          'The database has no workspace `default`. Run the preparation of the database (autoops up), then start again.',
        );
      return id;
    },
    createToken: (token, hash) =>
      withWorkspace(pool, token.workspaceId, async (transaction) => {
        await execute(
          transaction,
          `insert into tokens (workspace_id, id, hash, name, role, permissions, environments, source, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            token.workspaceId,
            token.id,
            hash,
            token.name,
            token.role,
            token.permissions,
            token.environments,
            token.source ?? null,
            token.expiresAt ?? null,
          ],
        );
      }),
    async findToken(hash) {
      const found = await route('tokens', hash);
      const token =
        found &&
        (await withWorkspace(pool, found.workspace_id, (transaction) =>
          row<StoredToken>(transaction, 'select * from tokens where id = $1', [found.id]),
        ));
      return token && tokenOf(token);
    },
    touchToken: (workspaceId, id) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        // Once a minute is enough to see whether a token is in use; every request would write its row.
        await execute(
          transaction,
          "update tokens set last_used_at = now() where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')",
          [id],
        );
      }),
    tokens: async (workspaceId) =>
      (
        await withWorkspace(pool, workspaceId, (transaction) =>
          rows<StoredToken>(transaction, 'select * from tokens order by created_at, id'),
        )
      ).map(tokenOf),
    revokeToken: async (workspaceId, id) =>
      isUuid(id) &&
      withWorkspace(
        pool,
        workspaceId,
        async (transaction) =>
          (await execute(transaction, 'update tokens set revoked_at = now() where id = $1 and revoked_at is null', [
            id,
          ])) === 1,
      ),
    createSession: (session, hash) =>
      withWorkspace(pool, session.workspaceId, async (transaction) => {
        await execute(
          transaction,
          `insert into sessions (workspace_id, id, hash, subject, role, permissions, environments, authenticated_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            session.workspaceId,
            session.id,
            hash,
            session.subject,
            session.role,
            session.permissions,
            session.environments,
            session.authenticatedAt,
            session.expiresAt,
          ],
        );
      }),
    async findSession(hash) {
      const found = await route('sessions', hash);
      const session =
        found &&
        (await withWorkspace(pool, found.workspace_id, (transaction) =>
          row<StoredSession>(transaction, 'select * from sessions where id = $1', [found.id]),
        ));
      return session && sessionOf(session);
    },
    touchSession: (workspaceId, id) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(
          transaction,
          "update sessions set last_seen_at = now() where id = $1 and last_seen_at < now() - interval '10 seconds'",
          [id],
        );
      }),
    rightsOf: async (workspaceId, subjects) => {
      const found = await withWorkspace(pool, workspaceId, (transaction) =>
        rows<{ subject: string; permissions: Permission[]; environments: string[] }>(
          transaction,
          `select distinct on (subject) subject, permissions, environments from (
             select subject, permissions, environments, authenticated_at as since from sessions where expires_at > now()
             union all
             select name as subject, permissions, environments, created_at as since from tokens
             where revoked_at is null and (expires_at is null or expires_at > now())) held
           where subject = any ($1) order by subject, since desc`,
          [subjects],
        ),
      );
      return Object.fromEntries(
        found.map(({ subject, permissions, environments }) => [subject, { permissions, environments }]),
      );
    },
    deleteSession: (workspaceId, id) =>
      withWorkspace(
        pool,
        workspaceId,
        async (transaction) => void (await execute(transaction, 'delete from sessions where id = $1', [id])),
      ),
  };
}

function tokenOf(token: StoredToken): TokenRow {
  return {
    id: token.id,
    workspaceId: token.workspace_id,
    name: token.name,
    role: token.role,
    permissions: token.permissions,
    environments: token.environments,
    source: token.source ?? undefined,
    createdAt: token.created_at.toISOString(),
    expiresAt: token.expires_at?.toISOString(),
    revokedAt: token.revoked_at?.toISOString(),
    lastUsedAt: token.last_used_at?.toISOString(),
  };
}

function sessionOf(session: StoredSession): SessionRow {
  return {
    id: session.id,
    workspaceId: session.workspace_id,
    subject: session.subject,
    role: session.role,
    permissions: session.permissions,
    environments: session.environments,
    authenticatedAt: session.authenticated_at.toISOString(),
    lastSeenAt: session.last_seen_at.toISOString(),
    expiresAt: session.expires_at.toISOString(),
  };
}
