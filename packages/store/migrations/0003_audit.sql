-- Locks the head of a workspace's chain until the end of the transaction; answers what the next entry must name, and the
-- database's time, never earlier than the entry before.
CREATE FUNCTION lock_audit_head(workspace uuid) RETURNS TABLE (seq bigint, hash text, next_at text) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT h.seq, h.hash,
      to_char(greatest(clock_timestamp(), h.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    FROM audit_heads h WHERE h.workspace_id = workspace FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no audit chain for workspace % under this app.workspace', workspace; END IF;
END $$;
--> statement-breakpoint
-- The only way into the log: each entry must continue the chain, and its hash and columns are computed here from its bytes.
CREATE FUNCTION append_audit(workspace uuid, entries bytea[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  head audit_heads%ROWTYPE;
  entry_bytes bytea;
  entry json;
  entry_hash text;
BEGIN
  SELECT * INTO head FROM audit_heads h WHERE h.workspace_id = workspace FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no audit chain for workspace % under this app.workspace', workspace; END IF;
  FOREACH entry_bytes IN ARRAY entries LOOP
    entry := convert_from(entry_bytes, 'UTF8')::json;
    IF (entry ->> 'seq')::bigint IS DISTINCT FROM head.seq + 1 OR entry ->> 'previousHash' IS DISTINCT FROM head.hash THEN
      RAISE EXCEPTION 'audit entry % does not continue the chain of workspace % at %', entry ->> 'seq', workspace, head.seq;
    END IF;
    IF instant(entry ->> 'at') < head.at THEN RAISE EXCEPTION 'audit entry % is earlier than the one before', entry ->> 'seq'; END IF;
    entry_hash := encode(sha256('\x00'::bytea || entry_bytes), 'hex');
    INSERT INTO audit_entries (workspace_id, seq, bytes, hash, previous_hash, at, actor, verb, subject_kind, subject_id, incident_id, reason, stage)
    VALUES (workspace, head.seq + 1, entry_bytes, entry_hash, head.hash, instant(entry ->> 'at'), entry #>> '{actor,id}', entry ->> 'verb',
      entry #>> '{subject,kind}', entry #>> '{subject,id}', (entry ->> 'incidentId')::uuid, entry ->> 'reason', entry ->> 'stage');
    head.seq := head.seq + 1;
    head.hash := entry_hash;
    head.at := instant(entry ->> 'at');
  END LOOP;
  UPDATE audit_heads h SET seq = head.seq, hash = head.hash, at = head.at WHERE h.workspace_id = workspace;
END $$;
--> statement-breakpoint
-- Entries never change. They leave only from the old end, and only after `prune_audit` moved the chain's base past them.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
    IF EXISTS (SELECT FROM audit_heads h WHERE h.workspace_id = OLD.workspace_id AND OLD.seq <= h.base_seq) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_append_only;
--> statement-breakpoint
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_no_truncate;
--> statement-breakpoint
-- Retention: removes entries older than `before` that a signed checkpoint covers; returns how many.
CREATE FUNCTION prune_audit(workspace uuid, before timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  last audit_entries%ROWTYPE;
  removed bigint;
BEGIN
  PERFORM 1 FROM audit_heads h WHERE h.workspace_id = workspace FOR UPDATE;
  SELECT e.* INTO last FROM audit_entries e
    WHERE e.workspace_id = workspace AND e.at < before
      AND e.seq <= coalesce((SELECT max(c.size) FROM audit_checkpoints c WHERE c.workspace_id = workspace), 0)
    ORDER BY e.seq DESC LIMIT 1;
  IF NOT FOUND THEN RETURN 0; END IF;
  UPDATE audit_heads h SET base_seq = last.seq, base_hash = last.hash WHERE h.workspace_id = workspace;
  DELETE FROM audit_entries e WHERE e.workspace_id = workspace AND e.seq <= last.seq;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
--> statement-breakpoint
CREATE FUNCTION append_live_event(workspace uuid, event jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  event_seq bigint;
BEGIN
  INSERT INTO counters AS c (workspace_id, name, value) VALUES (workspace, 'live-events', 1)
    ON CONFLICT (workspace_id, name) DO UPDATE SET value = c.value + 1 RETURNING c.value INTO event_seq;
  INSERT INTO live_events (workspace_id, seq, at, doc) VALUES (workspace, event_seq, clock_timestamp(), event);
  PERFORM pg_notify('autoops_live', workspace::text || ' ' || event_seq || ' ' || event_seq);
  RETURN event_seq;
END $$;
--> statement-breakpoint
-- The levels of some scopes, share-locked: a flip that committed before is seen, and one that comes waits until we are done.
CREATE FUNCTION share_controls(workspace uuid, scopes text[]) RETURNS TABLE (scope text, level text, reason text) LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO controls (workspace_id, scope, level, version, reason, changed_by_kind, changed_by_id, changed_at)
    SELECT workspace, s, 'open', 0, '', 'system', 'autoops', clock_timestamp() FROM unnest(scopes) s ORDER BY s
    ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT c.scope, c.level, c.reason FROM controls c
    WHERE c.workspace_id = workspace AND c.scope = ANY (scopes) ORDER BY c.scope FOR SHARE;
END $$;
--> statement-breakpoint
-- The kill switch, callable by psql alone when all else is down. Writes the control, its audit entry (in RFC 8785 form, keys
-- sorted by hand) and a live event.
CREATE FUNCTION set_control(workspace uuid, new_scope text, new_level text, why text, actor_kind text, actor_id text)
  RETURNS TABLE (seq bigint, version integer, changed_at text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  head record;
  old_level text;
  new_version integer;
  entry text;
BEGIN
  IF new_level NOT IN ('open', 'no-new', 'freeze') THEN RAISE EXCEPTION 'control level must be open, no-new or freeze, not %', new_level; END IF;
  IF new_scope !~ '^(workspace|environment:[a-z0-9._-]+|runbook:[a-z0-9._-]+)$' THEN
    RAISE EXCEPTION 'control scope must be workspace, environment:NAME or runbook:NAME, not %', new_scope;
  END IF;
  IF coalesce(current_setting('app.workspace', true), '') = '' THEN PERFORM set_config('app.workspace', workspace::text, true); END IF;
  SELECT * INTO head FROM lock_audit_head(workspace);
  SELECT c.level INTO old_level FROM controls c WHERE c.workspace_id = workspace AND c.scope = new_scope FOR UPDATE;
  INSERT INTO controls AS c (workspace_id, scope, level, version, reason, changed_by_kind, changed_by_id, changed_at)
    VALUES (workspace, new_scope, new_level, 1, why, actor_kind, actor_id, instant(head.next_at))
    ON CONFLICT (workspace_id, scope) DO UPDATE SET level = new_level, version = c.version + 1, reason = why,
      changed_by_kind = actor_kind, changed_by_id = actor_id, changed_at = instant(head.next_at)
    RETURNING c.version INTO new_version;
  entry := '{"actor":{"id":' || to_json(actor_id)::text || ',"kind":' || to_json(actor_kind)::text || '},"at":"' || head.next_at
    || '","detail":{"level":"' || new_level || '","previous":"' || coalesce(old_level, 'open') || '","reason":' || to_json(why)::text
    || ',"scope":"' || new_scope || '","version":' || new_version || '},"evidence":[],"id":"A' || (head.seq + 1)
    || '","importance":3,"lane":"human","previousHash":"' || head.hash || '","seq":' || (head.seq + 1)
    || ',"subject":{"id":"' || new_scope || '","kind":"control"},"summary":' || to_json(new_scope || ' is now ' || new_level || ': ' || why)::text
    || ',"verb":"control.changed"}';
  PERFORM append_audit(workspace, ARRAY[convert_to(entry, 'UTF8')]);
  PERFORM append_live_event(workspace, jsonb_build_object('type', 'control.changed', 'subject', jsonb_build_object('kind', 'control', 'id', new_scope),
    'data', jsonb_build_object('level', new_level, 'version', new_version)));
  RETURN QUERY SELECT head.seq + 1, new_version, head.next_at;
END $$;
