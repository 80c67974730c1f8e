CREATE TABLE "audit_checkpoints" (
	"workspace_id" uuid NOT NULL,
	"size" bigint NOT NULL,
	"root" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_checkpoints_workspace_id_size_pk" PRIMARY KEY("workspace_id","size")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"workspace_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"bytes" "bytea" NOT NULL,
	"hash" text NOT NULL,
	"previous_hash" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"verb" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"incident_id" uuid,
	"reason" text,
	"stage" text,
	CONSTRAINT "audit_entries_workspace_id_seq_pk" PRIMARY KEY("workspace_id","seq")
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"base_seq" bigint DEFAULT 0 NOT NULL,
	"base_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_verifications" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"verified_to" bigint NOT NULL,
	"verified_at" timestamp with time zone NOT NULL,
	"ok" boolean NOT NULL,
	"first_bad" jsonb
);
--> statement-breakpoint
CREATE TABLE "config_documents" (
	"workspace_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"digest" text NOT NULL,
	"body" jsonb NOT NULL,
	"text" text NOT NULL,
	"loaded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"current" boolean NOT NULL,
	CONSTRAINT "config_documents_workspace_id_kind_name_version_pk" PRIMARY KEY("workspace_id","kind","name","version")
);
--> statement-breakpoint
CREATE TABLE "config_problems" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"file" text NOT NULL,
	"message" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_risks" (
	"workspace_id" uuid NOT NULL,
	"environment" text NOT NULL,
	"service" text NOT NULL,
	"doc" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "service_risks_workspace_id_environment_service_pk" PRIMARY KEY("workspace_id","environment","service")
);
--> statement-breakpoint
CREATE TABLE "slo_status" (
	"workspace_id" uuid NOT NULL,
	"id" text NOT NULL,
	"doc" jsonb NOT NULL,
	"service" text GENERATED ALWAYS AS ((doc ->> 'service')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "slo_status_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "source_status" (
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"doc" jsonb NOT NULL,
	"errors" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "source_status_workspace_id_name_pk" PRIMARY KEY("workspace_id","name")
);
--> statement-breakpoint
CREATE TABLE "action_reservations" (
	"workspace_id" uuid NOT NULL,
	"holder" text NOT NULL,
	"target_key" text NOT NULL,
	"rollback" boolean NOT NULL,
	"environment" text NOT NULL,
	"service" text NOT NULL,
	"unavailable" integer NOT NULL,
	"reserved_at" timestamp with time zone NOT NULL,
	"released_at" timestamp with time zone,
	CONSTRAINT "action_reservations_workspace_id_holder_target_key_rollback_pk" PRIMARY KEY("workspace_id","holder","target_key","rollback")
);
--> statement-breakpoint
CREATE TABLE "breaker_outcomes" (
	"workspace_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "breaker_outcomes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"runbook" text NOT NULL,
	"target_kind" text NOT NULL,
	"environment" text NOT NULL,
	"target_key" text NOT NULL,
	"outcome" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "breaker_outcomes_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "breakers" (
	"workspace_id" uuid NOT NULL,
	"runbook" text NOT NULL,
	"target_kind" text NOT NULL,
	"environment" text NOT NULL,
	"opened_at" timestamp with time zone,
	"counts_from" timestamp with time zone NOT NULL,
	CONSTRAINT "breakers_workspace_id_runbook_target_kind_environment_pk" PRIMARY KEY("workspace_id","runbook","target_kind","environment")
);
--> statement-breakpoint
CREATE TABLE "controls" (
	"workspace_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"level" text NOT NULL,
	"version" integer NOT NULL,
	"reason" text NOT NULL,
	"changed_by_kind" text NOT NULL,
	"changed_by_id" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "controls_workspace_id_scope_pk" PRIMARY KEY("workspace_id","scope")
);
--> statement-breakpoint
CREATE TABLE "history_resets" (
	"workspace_id" uuid NOT NULL,
	"environment" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "history_resets_workspace_id_environment_pk" PRIMARY KEY("workspace_id","environment")
);
--> statement-breakpoint
CREATE TABLE "rollback_tokens" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"state" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "rollback_tokens_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "target_locks" (
	"workspace_id" uuid NOT NULL,
	"target_key" text NOT NULL,
	"epoch" integer NOT NULL,
	"holder" text,
	"expires_at" timestamp with time zone,
	CONSTRAINT "target_locks_workspace_id_target_key_pk" PRIMARY KEY("workspace_id","target_key")
);
--> statement-breakpoint
CREATE TABLE "anomalies" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"incident_id" uuid GENERATED ALWAYS AS ((doc ->> 'incidentId')::uuid) STORED,
	"service" text GENERATED ALWAYS AS ((doc ->> 'service')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"opened_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'openedAt'))) STORED,
	"closed_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'closedAt'))) STORED,
	"snapshot" "bytea",
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "anomalies_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"workspace_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"doc" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "evidence_workspace_id_incident_id_ordinal_pk" PRIMARY KEY("workspace_id","incident_id","ordinal")
);
--> statement-breakpoint
CREATE TABLE "forecasts" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"incident_id" uuid GENERATED ALWAYS AS ((doc ->> 'incidentId')::uuid) STORED,
	"service" text GENERATED ALWAYS AS ((doc ->> 'service')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"issued_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'issuedAt'))) STORED,
	"inputs" text NOT NULL,
	CONSTRAINT "forecasts_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "incident_values" (
	"workspace_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"computed_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'computedAt'))) STORED,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "incident_values_workspace_id_incident_id_pk" PRIMARY KEY("workspace_id","incident_id")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"state" text GENERATED ALWAYS AS ((doc ->> 'state')) STORED,
	"outcome" text GENERATED ALWAYS AS ((doc ->> 'outcome')) STORED,
	"version" integer GENERATED ALWAYS AS ((doc ->> 'version')::integer) STORED,
	"number" integer GENERATED ALWAYS AS ((doc ->> 'number')::integer) STORED,
	"service" text GENERATED ALWAYS AS ((doc ->> 'service')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"severity" text GENERATED ALWAYS AS ((doc ->> 'severity')) STORED,
	"kind" text GENERATED ALWAYS AS ((doc ->> 'kind')) STORED,
	"plan_id" uuid GENERATED ALWAYS AS ((doc ->> 'planId')::uuid) STORED,
	"opened_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'openedAt'))) STORED,
	"closed_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'closedAt'))) STORED,
	"demo" boolean GENERATED ALWAYS AS ((doc ->> 'demo')::boolean) STORED,
	"evidence_count" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "incidents_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "narratives" (
	"workspace_id" uuid NOT NULL,
	"incident_id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "narratives_workspace_id_incident_id_pk" PRIMARY KEY("workspace_id","incident_id")
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "channels_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"message_id" text NOT NULL,
	"type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"incident_id" uuid,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	CONSTRAINT "deliveries_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "live_events" (
	"workspace_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"doc" jsonb NOT NULL,
	CONSTRAINT "live_events_workspace_id_seq_pk" PRIMARY KEY("workspace_id","seq")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"workspace_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"queue" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"available_at" timestamp with time zone NOT NULL,
	"traceparent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"claimed_at" timestamp with time zone,
	CONSTRAINT "outbox_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"plan_id" uuid GENERATED ALWAYS AS ((doc ->> 'planId')::uuid) STORED NOT NULL,
	"incident_id" uuid GENERATED ALWAYS AS ((doc ->> 'incidentId')::uuid) STORED NOT NULL,
	"state" text GENERATED ALWAYS AS ((doc ->> 'state')) STORED,
	"version" integer GENERATED ALWAYS AS ((doc ->> 'version')::integer) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"created_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'createdAt'))) STORED,
	"expires_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'expiresAt'))) STORED,
	"dispatch_by" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'dispatchBy'))) STORED,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approvals_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"plan_id" uuid GENERATED ALWAYS AS ((doc ->> 'planId')::uuid) STORED NOT NULL,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "decisions_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"incident_id" uuid GENERATED ALWAYS AS ((doc ->> 'incidentId')::uuid) STORED NOT NULL,
	"version" integer GENERATED ALWAYS AS ((doc ->> 'version')::integer) STORED,
	"state" text GENERATED ALWAYS AS ((doc ->> 'state')) STORED,
	"hash" text GENERATED ALWAYS AS ((doc ->> 'hash')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"created_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'createdAt'))) STORED,
	"inputs" text NOT NULL,
	"state_since" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plans_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "run_log" (
	"workspace_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"level" text NOT NULL,
	"step_index" integer,
	"text" text NOT NULL,
	CONSTRAINT "run_log_workspace_id_run_id_line_pk" PRIMARY KEY("workspace_id","run_id","line")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"plan_id" uuid GENERATED ALWAYS AS ((doc ->> 'planId')::uuid) STORED NOT NULL,
	"incident_id" uuid GENERATED ALWAYS AS ((doc ->> 'incidentId')::uuid) STORED NOT NULL,
	"state" text GENERATED ALWAYS AS ((doc ->> 'state')) STORED,
	"version" integer GENERATED ALWAYS AS ((doc ->> 'version')::integer) STORED,
	"service" text GENERATED ALWAYS AS ((doc ->> 'service')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"created_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'createdAt'))) STORED,
	"finished_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'finishedAt'))) STORED,
	"log_lines" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "runs_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"run_id" uuid GENERATED ALWAYS AS ((doc ->> 'runId')::uuid) STORED NOT NULL,
	"index" integer GENERATED ALWAYS AS ((doc ->> 'index')::integer) STORED,
	"state" text GENERATED ALWAYS AS ((doc ->> 'state')) STORED,
	"epoch" integer GENERATED ALWAYS AS ((doc ->> 'epoch')::integer) STORED,
	"runbook" text GENERATED ALWAYS AS ((doc ->> 'runbook')) STORED,
	"target_key" text GENERATED ALWAYS AS ((doc #>> '{target,key}')) STORED,
	"next_attempt_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'nextAttemptAt'))) STORED,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "steps_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"workspace_id" uuid NOT NULL,
	"key" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"revision" bigint DEFAULT nextval('alert_revisions') NOT NULL,
	"shard_id" uuid NOT NULL,
	"status" text NOT NULL,
	"doc" jsonb NOT NULL,
	"redactions" jsonb,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alerts_workspace_id_key_starts_at_pk" PRIMARY KEY("workspace_id","key","starts_at")
);
--> statement-breakpoint
CREATE TABLE "change_events" (
	"workspace_id" uuid NOT NULL,
	"source" text NOT NULL,
	"event_id" text NOT NULL,
	"environment" text NOT NULL,
	"service" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"doc" jsonb NOT NULL,
	"redactions" jsonb,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "change_events_workspace_id_source_event_id_pk" PRIMARY KEY("workspace_id","source","event_id")
);
--> statement-breakpoint
CREATE TABLE "indicator_series" (
	"workspace_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "indicator_series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"environment" text NOT NULL,
	"service" text NOT NULL,
	"indicator" text NOT NULL,
	"labels" jsonb NOT NULL,
	"label_hash" text NOT NULL,
	"source" text NOT NULL,
	"unit" text NOT NULL,
	"view" text NOT NULL,
	"interval_ms" double precision NOT NULL,
	"samples" bigint DEFAULT 0 NOT NULL,
	"newest_at" timestamp with time zone,
	CONSTRAINT "indicator_series_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "series" (
	"workspace_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"metric" text NOT NULL,
	"labels" jsonb NOT NULL,
	"identity" "bytea" NOT NULL,
	"shard_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "series_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "shard_batches" (
	"workspace_id" uuid NOT NULL,
	"shard_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"source" text NOT NULL,
	"series_ids" bigint[] NOT NULL,
	"series_index" "bytea" NOT NULL,
	"timestamp_ms" "bytea" NOT NULL,
	"value" "bytea" NOT NULL,
	CONSTRAINT "shard_batches_workspace_id_shard_id_sequence_pk" PRIMARY KEY("workspace_id","shard_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "shard_checkpoints" (
	"workspace_id" uuid NOT NULL,
	"shard_id" uuid NOT NULL,
	"sequence" bigint DEFAULT 0 NOT NULL,
	"log_id" bigint DEFAULT 0 NOT NULL,
	"alert_revision" bigint DEFAULT 0 NOT NULL,
	"state" "bytea",
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shard_checkpoints_workspace_id_shard_id_pk" PRIMARY KEY("workspace_id","shard_id")
);
--> statement-breakpoint
CREATE TABLE "shards" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"environment" text NOT NULL,
	"service" text NOT NULL,
	"slot" integer NOT NULL,
	"next_sequence" bigint DEFAULT 1 NOT NULL,
	"newest_log_id" bigint DEFAULT 0 NOT NULL,
	"newest_alert_revision" bigint DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shards_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "signal_counts" (
	"workspace_id" uuid NOT NULL,
	"source" text NOT NULL,
	"received" bigint NOT NULL,
	"duplicates" bigint NOT NULL,
	"late" bigint NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "signal_counts_workspace_id_source_pk" PRIMARY KEY("workspace_id","source")
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"value" bigint NOT NULL,
	CONSTRAINT "counters_workspace_id_name_pk" PRIMARY KEY("workspace_id","name")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"workspace_id" uuid NOT NULL,
	"key" text NOT NULL,
	"body_digest" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_workspace_id_key_pk" PRIMARY KEY("workspace_id","key")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"hash" text NOT NULL,
	"subject" text NOT NULL,
	"role" text NOT NULL,
	"permissions" text[] NOT NULL,
	"environments" text[] NOT NULL,
	"authenticated_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sessions_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"hash" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"permissions" text[] NOT NULL,
	"environments" text[] NOT NULL,
	"source" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "tokens_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspaces_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "evidence" ADD CONSTRAINT "evidence_incident" FOREIGN KEY ("workspace_id","incident_id") REFERENCES "public"."incidents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident_values" ADD CONSTRAINT "incident_values_incident" FOREIGN KEY ("workspace_id","incident_id") REFERENCES "public"."incidents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "narratives" ADD CONSTRAINT "narratives_incident" FOREIGN KEY ("workspace_id","incident_id") REFERENCES "public"."incidents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_plan" FOREIGN KEY ("workspace_id","plan_id") REFERENCES "public"."plans"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_incident" FOREIGN KEY ("workspace_id","incident_id") REFERENCES "public"."incidents"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_log" ADD CONSTRAINT "run_log_run" FOREIGN KEY ("workspace_id","run_id") REFERENCES "public"."runs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_plan" FOREIGN KEY ("workspace_id","plan_id") REFERENCES "public"."plans"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "steps" ADD CONSTRAINT "steps_run" FOREIGN KEY ("workspace_id","run_id") REFERENCES "public"."runs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_by_incident" ON "audit_entries" USING btree ("workspace_id","incident_id","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_by_verb" ON "audit_entries" USING btree ("workspace_id","verb","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_by_actor" ON "audit_entries" USING btree ("workspace_id","actor","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_by_time" ON "audit_entries" USING btree ("workspace_id","at");--> statement-breakpoint
CREATE INDEX "config_documents_current" ON "config_documents" USING btree ("workspace_id","kind","current");--> statement-breakpoint
CREATE INDEX "action_reservations_in_flight" ON "action_reservations" USING btree ("workspace_id","environment") WHERE released_at is null;--> statement-breakpoint
CREATE INDEX "action_reservations_by_time" ON "action_reservations" USING btree ("workspace_id","environment","reserved_at");--> statement-breakpoint
CREATE INDEX "breaker_outcomes_by_key" ON "breaker_outcomes" USING btree ("workspace_id","runbook","target_kind","environment","at");--> statement-breakpoint
CREATE INDEX "rollback_tokens_by_run" ON "rollback_tokens" USING btree ("workspace_id","run_id");--> statement-breakpoint
CREATE INDEX "target_locks_by_holder" ON "target_locks" USING btree ("workspace_id","holder");--> statement-breakpoint
CREATE INDEX "anomalies_by_incident" ON "anomalies" USING btree ("workspace_id","incident_id");--> statement-breakpoint
CREATE INDEX "anomalies_by_opening" ON "anomalies" USING btree ("workspace_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "anomalies_open" ON "anomalies" USING btree ("workspace_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "forecasts_by_incident" ON "forecasts" USING btree ("workspace_id","incident_id","issued_at");--> statement-breakpoint
CREATE INDEX "forecasts_by_issue" ON "forecasts" USING btree ("workspace_id","issued_at","id");--> statement-breakpoint
CREATE INDEX "incidents_by_id" ON "incidents" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_by_number" ON "incidents" USING btree ("workspace_id","number");--> statement-breakpoint
CREATE INDEX "incidents_by_opening" ON "incidents" USING btree ("workspace_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "incidents_open" ON "incidents" USING btree ("workspace_id","state") WHERE state <> 'closed';--> statement-breakpoint
CREATE INDEX "incidents_by_closing" ON "incidents" USING btree ("workspace_id","closed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "channels_by_name" ON "channels" USING btree ("workspace_id","name");--> statement-breakpoint
CREATE INDEX "deliveries_by_id" ON "deliveries" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_by_message" ON "deliveries" USING btree ("workspace_id","channel_id","message_id");--> statement-breakpoint
CREATE INDEX "deliveries_by_creation" ON "deliveries" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "deliveries_waiting" ON "deliveries" USING btree ("workspace_id","next_attempt_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "live_events_by_time" ON "live_events" USING btree ("workspace_id","at");--> statement-breakpoint
CREATE INDEX "outbox_by_time" ON "outbox" USING btree ("available_at","id");--> statement-breakpoint
CREATE INDEX "outbox_by_id" ON "outbox" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_waiting" ON "outbox" USING btree ("workspace_id","queue","subject_id") WHERE claimed_at is null;--> statement-breakpoint
CREATE INDEX "approvals_by_plan" ON "approvals" USING btree ("workspace_id","plan_id");--> statement-breakpoint
CREATE INDEX "approvals_by_creation" ON "approvals" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "decisions_by_plan" ON "decisions" USING btree ("workspace_id","plan_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "plans_by_incident" ON "plans" USING btree ("workspace_id","incident_id","version");--> statement-breakpoint
CREATE INDEX "plans_by_creation" ON "plans" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "plans_by_state" ON "plans" USING btree ("workspace_id","state");--> statement-breakpoint
CREATE INDEX "runs_by_incident" ON "runs" USING btree ("workspace_id","incident_id");--> statement-breakpoint
CREATE INDEX "runs_by_plan" ON "runs" USING btree ("workspace_id","plan_id");--> statement-breakpoint
CREATE INDEX "runs_by_creation" ON "runs" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "runs_by_state" ON "runs" USING btree ("workspace_id","state");--> statement-breakpoint
CREATE INDEX "steps_by_id" ON "steps" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "steps_by_run" ON "steps" USING btree ("workspace_id","run_id","index");--> statement-breakpoint
CREATE INDEX "steps_by_target" ON "steps" USING btree ("workspace_id","target_key","state");--> statement-breakpoint
CREATE INDEX "alerts_by_revision" ON "alerts" USING btree ("workspace_id","shard_id","revision");--> statement-breakpoint
CREATE INDEX "alerts_by_receipt" ON "alerts" USING btree ("workspace_id","received_at");--> statement-breakpoint
CREATE INDEX "change_events_by_time" ON "change_events" USING btree ("workspace_id","environment","at");--> statement-breakpoint
CREATE UNIQUE INDEX "indicator_series_by_name" ON "indicator_series" USING btree ("workspace_id","environment","service","indicator","label_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "series_by_identity" ON "series" USING btree ("workspace_id","identity");--> statement-breakpoint
CREATE INDEX "series_by_metric" ON "series" USING btree ("workspace_id","metric","id");--> statement-breakpoint
CREATE INDEX "shards_by_id" ON "shards" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "shards_by_key" ON "shards" USING btree ("workspace_id","environment","service","slot");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_by_hash" ON "sessions" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "sessions_by_expiry" ON "sessions" USING btree ("workspace_id","expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_by_hash" ON "tokens" USING btree ("hash");