CREATE TABLE samples (
  workspace_id uuid NOT NULL,
  series_id bigint NOT NULL,
  at timestamptz NOT NULL,
  value double precision NOT NULL,
  late boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, series_id, at)
) PARTITION BY RANGE (at);
--> statement-breakpoint
-- The key holds the content's hash, so that a record that is sent again meets itself.
CREATE TABLE logs (
  workspace_id uuid NOT NULL,
  content_hash bytea NOT NULL,
  at timestamptz NOT NULL,
  id bigint NOT NULL DEFAULT nextval('log_ids'),
  shard_id uuid NOT NULL,
  source text NOT NULL,
  environment text NOT NULL,
  service text NOT NULL,
  severity text NOT NULL,
  body text NOT NULL,
  labels jsonb NOT NULL,
  redactions jsonb,
  PRIMARY KEY (workspace_id, content_hash, at)
) PARTITION BY RANGE (at);
--> statement-breakpoint
CREATE INDEX logs_by_shard ON logs (workspace_id, shard_id, id);
--> statement-breakpoint
CREATE INDEX logs_by_time ON logs (workspace_id, environment, at);
--> statement-breakpoint
CREATE TABLE indicator_points (
  workspace_id uuid NOT NULL,
  series_id bigint NOT NULL,
  at timestamptz NOT NULL,
  value double precision NOT NULL,
  expected double precision NOT NULL,
  band_low double precision NOT NULL,
  band_high double precision NOT NULL,
  score double precision NOT NULL,
  PRIMARY KEY (workspace_id, series_id, at)
) PARTITION BY RANGE (at);
--> statement-breakpoint
-- Makes the partitions of all days from first to last that are missing; returns how many were made.
-- A table is made apart and then attached: that does not lock out readers and writers of the parent.
CREATE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  made integer := 0;
  parent text;
  day date;
  partition text;
BEGIN
  IF last - first > 500 THEN RAISE EXCEPTION 'ensure_partitions: % days asked for, at most 500 at once', last - first; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('autoops.partitions'));
  FOREACH parent IN ARRAY ARRAY['samples', 'logs', 'indicator_points'] LOOP
    day := first;
    WHILE day <= last LOOP
      partition := parent || '_' || to_char(day, 'YYYYMMDD');
      IF to_regclass(partition) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', partition, parent);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, partition, day::timestamptz, (day + 1)::timestamptz);
        made := made + 1;
      END IF;
      day := day + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
--> statement-breakpoint
-- Drops a class's partitions that end at or before the day; returns how many.
CREATE FUNCTION drop_partitions(parent text, before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
  dropped integer := 0;
  partition text;
BEGIN
  IF parent NOT IN ('samples', 'logs', 'indicator_points') THEN RAISE EXCEPTION 'drop_partitions: % is not partitioned by day', parent; END IF;
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = parent::regclass AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
