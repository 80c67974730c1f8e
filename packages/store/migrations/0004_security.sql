-- References are checked at the end of the transaction, so that a transition may list its writes in any order.
DO $$
DECLARE key record;
BEGIN
  FOR key IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', key.tab, key.conname);
  END LOOP;
END $$;
--> statement-breakpoint
-- One policy for every table that has a workspace. Without a setting nothing is seen; the sub-select is evaluated once a statement.
DO $$
DECLARE tab regclass;
BEGIN
  FOR tab IN
    SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tab);
    EXECUTE format('CREATE POLICY workspace ON %s USING (workspace_id = (SELECT nullif(current_setting(''app.workspace'', true), '''')::uuid))', tab);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO autoops_app', tab);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY workspace ON workspaces USING (id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
--> statement-breakpoint
GRANT SELECT ON workspaces TO autoops_app;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON audit_entries, audit_heads, controls FROM autoops_app;
--> statement-breakpoint
REVOKE UPDATE, DELETE ON audit_checkpoints FROM autoops_app;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE alert_revisions, log_ids TO autoops_app;
--> statement-breakpoint
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION instant, ensure_partitions, drop_partitions, lock_audit_head, append_audit, prune_audit, share_controls, set_control TO autoops_app;
--> statement-breakpoint
-- Routing of jobs, tokens and sessions that carry only an id: the router sees where a row belongs and nothing else of it.
GRANT SELECT (id, name) ON workspaces TO autoops_router;
--> statement-breakpoint
GRANT SELECT (id, workspace_id) ON incidents, steps, shards, deliveries TO autoops_router;
--> statement-breakpoint
GRANT SELECT (id, workspace_id, hash) ON tokens, sessions TO autoops_router;
--> statement-breakpoint
GRANT SELECT, UPDATE (claimed_at), DELETE ON outbox TO autoops_router;
--> statement-breakpoint
DO $$
DECLARE tab text;
BEGIN
  FOREACH tab IN ARRAY ARRAY['workspaces', 'incidents', 'steps', 'shards', 'deliveries', 'tokens', 'sessions'] LOOP
    EXECUTE format('CREATE POLICY route ON %I FOR SELECT TO autoops_router USING (true)', tab);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE POLICY route ON outbox TO autoops_router USING (true);
--> statement-breakpoint
-- A workspace comes with the head of its audit chain, which starts from the workspace's own id, so that no other log can take its
-- place. Called by the bootstrap and by administration, as the owner.
CREATE FUNCTION create_workspace(workspace uuid, workspace_name text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  genesis text := encode(sha256(convert_to('autoops.audit.' || workspace, 'UTF8')), 'hex');
BEGIN
  PERFORM set_config('app.workspace', workspace::text, true);
  INSERT INTO workspaces (id, name) VALUES (workspace, workspace_name);
  INSERT INTO audit_heads (workspace_id, seq, hash, at, base_hash) VALUES (workspace, 0, genesis, '-infinity', genesis);
  PERFORM set_config('app.workspace', '', true);
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION create_workspace FROM PUBLIC;
