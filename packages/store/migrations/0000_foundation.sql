-- An RFC 3339 text as a time. Our documents write UTC, so the cast does not depend on the session and may feed generated columns.
CREATE FUNCTION instant(value text) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT value::timestamptz $$;
--> statement-breakpoint
CREATE SEQUENCE alert_revisions;
--> statement-breakpoint
CREATE SEQUENCE log_ids;
