import { createHash, randomUUID } from 'node:crypto';
import { ROLE_PERMISSIONS, type Role } from '@autoops/contracts';
import pg from 'pg';
import { keptSecret } from './secrets.ts';

/** A bearer token for programs of this machine: kept in a file of the data directory, known to the database by its hash. */
type LocalToken = { readonly file: string; readonly name: string; readonly role: Role; readonly source?: string };

/**
 * Makes the tokens of this machine known to the database, in the workspace `default`. Safe to repeat; one that was revoked
 * stays revoked until its file is deleted. `appUrl` is the application's own role: row-level security applies to us, too.
 */
export async function ensureLocalTokens(dataDir: string, appUrl: string, demo: boolean): Promise<void> {
  const tokens: LocalToken[] = [
    { file: 'cli.token', name: 'command line of this machine', role: 'admin' },
    ...(demo ? [{ file: 'sandbox-events.token', name: 'sandbox', role: 'ingest', source: 'sandbox' } as const] : []),
  ];
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('set local role autoops_router'); // the role that may look a workspace up by its name
    const { rows } = await client.query<{ id: string }>("select id from workspaces where name = 'default'");
    await client.query('set local role none');
    const workspace = rows[0]?.id;
    if (workspace === undefined) throw new Error('The database has no workspace `default`: it was not prepared.');
    await client.query("select set_config('app.workspace', $1, true)", [workspace]);
    for (const { file, name, role, source } of tokens) {
      const hash = createHash('sha256')
        .update(keptSecret(dataDir, file, 'aot_'))
        .digest('hex');
      await client.query(
        `insert into tokens (workspace_id, id, hash, name, role, permissions, environments, source)
         values ($1, $2, $3, $4, $5, $6, '{}', $7) on conflict (hash) do nothing`,
        [workspace, randomUUID(), hash, name, role, ROLE_PERMISSIONS[role], source ?? null],
      );
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
