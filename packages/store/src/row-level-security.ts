import type { Pool } from 'pg';

/** Throws with the names of tables that another workspace's rows could leak from, or when our role is above row-level security. */
export async function assertRowLevelSecurity(pool: Pool): Promise<void> {
  const open = await pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'm')
       and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`,
  );
  if (open.rows.length > 0) {
    throw new Error(
      `Not under forced row-level security: ${open.rows.map((table) => table.name).join(', ')}. Run the migrations of this version, then start again.`,
    );
  }
  const role = await pool.query<{ name: string; above: boolean }>(
    `select current_user as name, rolsuper or rolbypassrls or pg_has_role(current_user, 'autoops_owner', 'member') as above from pg_roles where rolname = current_user`,
  );
  if (role.rows[0]?.above) {
    throw new Error(
      `The role ${role.rows[0].name} stands above row-level security. Connect with the URL that prepareDatabase answers (role autoops_app).`,
    );
  }
}
