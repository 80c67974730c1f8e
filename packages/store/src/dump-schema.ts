import type { Pool } from 'pg';

/**
 * The schema as the catalog has it, as text: what `schema.sql` keeps, so that a review sees what a migration did and a test finds
 * a database that is not what the migrations say. Day partitions differ from day to day and are left out.
 */
export async function dumpSchema(pool: Pick<Pool, 'query'>): Promise<string> {
  const sections: string[] = [];
  for (const [title, text] of SECTIONS) {
    const lines = (await pool.query<{ line: string }>(text)).rows.map((one) => one.line);
    sections.push(`-- ${title}\n${lines.join('\n')}\n`);
  }
  return sections.join('\n');
}

const OURS = "relnamespace = 'public'::regnamespace and not c.relispartition";

const SECTIONS: readonly (readonly [string, string])[] = [
  [
    'tables',
    `select c.relname || case c.relkind when 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end
       || case when c.relrowsecurity then ' row level security' else '' end || case when c.relforcerowsecurity then ' forced' else '' end
       || ' owner ' || pg_get_userbyid(c.relowner) || ' (' || E'\\n' || string_agg('  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || case when a.attnotnull then ' not null' else '' end
         || case when a.attidentity <> '' then ' identity' else '' end
         || coalesce(case a.attgenerated when '' then ' default ' else ' generated always as ' end || pg_get_expr(d.adbin, d.adrelid), ''), E',\\n' order by a.attnum)
       || E'\\n);' as line
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relkind in ('r', 'p') and c.${OURS} group by c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner order by c.relname`,
  ],
  [
    'constraints',
    `select c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid) || ';' as line
     from pg_constraint k join pg_class c on c.oid = k.conrelid where k.contype in ('p', 'u', 'f', 'c') and c.${OURS} order by c.relname, k.conname`,
  ],
  [
    'indexes',
    `select pg_get_indexdef(i.indexrelid) || ';' as line from pg_index i join pg_class c on c.oid = i.indrelid
     where not i.indisprimary and c.${OURS} order by 1`,
  ],
  [
    'policies',
    `select c.relname || ' ' || p.polname || ' for ' || case p.polcmd when '*' then 'all' when 'r' then 'select' else p.polcmd::text end
       || ' to ' || case when p.polroles = '{0}' then 'public' else (select string_agg(pg_get_userbyid(r), ', ') from unnest(p.polroles) r) end
       || ' using ' || pg_get_expr(p.polqual, p.polrelid) || ';' as line
     from pg_policy p join pg_class c on c.oid = p.polrelid where c.${OURS} order by c.relname, p.polname`,
  ],
  [
    'grants',
    `select c.relname || ': ' || g.grantee || ' ' || string_agg(g.what, ', ' order by g.what) as line from pg_class c join (
       select table_name, grantee, lower(privilege_type) as what from information_schema.table_privileges where table_schema = 'public'
       union select p.table_name, p.grantee, lower(p.privilege_type) || ' (' || p.column_name || ')' from information_schema.column_privileges p
         where p.table_schema = 'public' and not exists (select from information_schema.table_privileges t
           where t.table_schema = 'public' and t.table_name = p.table_name and t.grantee = p.grantee and t.privilege_type = p.privilege_type)) g
       on g.table_name = c.relname
     where g.grantee in ('autoops_app', 'autoops_router', 'PUBLIC') and c.${OURS} group by c.relname, g.grantee order by 1`,
  ],
  [
    'triggers',
    `select pg_get_triggerdef(t.oid) || case t.tgenabled when 'A' then ' -- always' else '' end || ';' as line
     from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and c.${OURS} order by 1`,
  ],
  [
    'functions',
    `select pg_get_functiondef(p.oid) || ' -- ' || coalesce((select string_agg(a.grantee::regrole::text, ', ' order by a.grantee::regrole::text)
         from aclexplode(p.proacl) a where a.grantee <> 0 and a.grantee <> p.proowner), 'owner only') || ';' as line
     from pg_proc p where p.pronamespace = 'public'::regnamespace order by p.proname`,
  ],
];
