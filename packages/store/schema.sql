-- tables
action_reservations row level security forced owner autoops_owner (
  workspace_id uuid not null,
  holder text not null,
  target_key text not null,
  rollback boolean not null,
  environment text not null,
  service text not null,
  unavailable integer not null,
  reserved_at timestamp with time zone not null,
  released_at timestamp with time zone
);
alerts row level security forced owner autoops_owner (
  workspace_id uuid not null,
  key text not null,
  starts_at timestamp with time zone not null,
  revision bigint not null default nextval('alert_revisions'::regclass),
  shard_id uuid not null,
  status text not null,
  doc jsonb not null,
  redactions jsonb,
  received_at timestamp with time zone not null default now()
);
annotations row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  environment text not null,
  service text not null,
  from_at timestamp with time zone not null,
  to_at timestamp with time zone,
  text text not null,
  author text not null,
  author_kind text not null,
  created_at timestamp with time zone not null default now()
);
anomalies row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  incident_id uuid generated always as ((doc ->> 'incidentId'::text))::uuid,
  service text generated always as (doc ->> 'service'::text),
  environment text generated always as (doc ->> 'environment'::text),
  opened_at timestamp with time zone generated always as instant((doc ->> 'openedAt'::text)),
  closed_at timestamp with time zone generated always as instant((doc ->> 'closedAt'::text)),
  snapshot bytea,
  updated_at timestamp with time zone not null default now()
);
anomaly_labels row level security forced owner autoops_owner (
  workspace_id uuid not null,
  anomaly_id uuid not null,
  subject text not null,
  subject_kind text not null,
  label text not null,
  reason text,
  labelled_at timestamp with time zone not null default now()
);
approvals row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  plan_id uuid not null generated always as ((doc ->> 'planId'::text))::uuid,
  incident_id uuid not null generated always as ((doc ->> 'incidentId'::text))::uuid,
  state text generated always as (doc ->> 'state'::text),
  version integer generated always as ((doc ->> 'version'::text))::integer,
  environment text generated always as (doc ->> 'environment'::text),
  created_at timestamp with time zone generated always as instant((doc ->> 'createdAt'::text)),
  expires_at timestamp with time zone generated always as instant((doc ->> 'expiresAt'::text)),
  dispatch_by timestamp with time zone generated always as instant((doc ->> 'dispatchBy'::text)),
  updated_at timestamp with time zone not null default now()
);
audit_checkpoints row level security forced owner autoops_owner (
  workspace_id uuid not null,
  size bigint not null,
  root text not null,
  bytes bytea not null,
  at timestamp with time zone not null default now()
);
audit_entries row level security forced owner autoops_owner (
  workspace_id uuid not null,
  seq bigint not null,
  bytes bytea not null,
  hash text not null,
  previous_hash text not null,
  at timestamp with time zone not null,
  actor text not null,
  verb text not null,
  subject_kind text not null,
  subject_id text not null,
  incident_id uuid,
  reason text,
  stage text
);
audit_heads row level security forced owner autoops_owner (
  workspace_id uuid not null,
  seq bigint not null,
  hash text not null,
  at timestamp with time zone not null,
  base_seq bigint not null default 0,
  base_hash text not null
);
audit_verifications row level security forced owner autoops_owner (
  workspace_id uuid not null,
  verified_to bigint not null,
  verified_at timestamp with time zone not null,
  ok boolean not null,
  first_bad jsonb,
  whole_at timestamp with time zone not null
);
breaker_outcomes row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id bigint not null identity,
  runbook text not null,
  target_kind text not null,
  environment text not null,
  target_key text not null,
  outcome text not null,
  at timestamp with time zone not null
);
breakers row level security forced owner autoops_owner (
  workspace_id uuid not null,
  runbook text not null,
  target_kind text not null,
  environment text not null,
  opened_at timestamp with time zone,
  counts_from timestamp with time zone not null
);
change_events row level security forced owner autoops_owner (
  workspace_id uuid not null,
  source text not null,
  event_id text not null,
  environment text not null,
  service text not null,
  at timestamp with time zone not null,
  doc jsonb not null,
  redactions jsonb,
  received_at timestamp with time zone not null default now()
);
channels row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  url text not null,
  secret text not null,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone
);
config_documents row level security forced owner autoops_owner (
  workspace_id uuid not null,
  kind text not null,
  name text not null,
  version integer not null,
  digest text not null,
  body jsonb not null,
  text text not null,
  loaded_at timestamp with time zone not null default now(),
  current boolean not null
);
config_problems row level security forced owner autoops_owner (
  workspace_id uuid not null,
  file text not null,
  message text not null,
  at timestamp with time zone not null default now()
);
controls row level security forced owner autoops_owner (
  workspace_id uuid not null,
  scope text not null,
  level text not null,
  version integer not null,
  reason text not null,
  changed_by_kind text not null,
  changed_by_id text not null,
  changed_at timestamp with time zone not null
);
counters row level security forced owner autoops_owner (
  workspace_id uuid not null,
  name text not null,
  value bigint not null
);
decisions row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  plan_id uuid not null generated always as ((doc ->> 'planId'::text))::uuid,
  environment text generated always as (doc ->> 'environment'::text),
  created_at timestamp with time zone not null default now()
);
deliveries row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  message_id text not null,
  type text not null,
  subject_id uuid not null,
  incident_id uuid,
  state text not null,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null default now(),
  last_status integer,
  last_error text,
  created_at timestamp with time zone not null default now(),
  delivered_at timestamp with time zone
);
evidence row level security forced owner autoops_owner (
  workspace_id uuid not null,
  incident_id uuid not null,
  ordinal integer not null,
  doc jsonb not null,
  created_at timestamp with time zone not null default now()
);
forecasts row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  incident_id uuid generated always as ((doc ->> 'incidentId'::text))::uuid,
  service text generated always as (doc ->> 'service'::text),
  environment text generated always as (doc ->> 'environment'::text),
  issued_at timestamp with time zone generated always as instant((doc ->> 'issuedAt'::text)),
  inputs text not null
);
hazard_calibrations row level security forced owner autoops_owner (
  workspace_id uuid not null,
  resource_class text not null,
  doc jsonb not null,
  updated_at timestamp with time zone not null default now()
);
history_resets row level security forced owner autoops_owner (
  workspace_id uuid not null,
  environment text not null,
  at timestamp with time zone not null
);
idempotency_keys row level security forced owner autoops_owner (
  workspace_id uuid not null,
  key text not null,
  body_digest text not null,
  status integer,
  body jsonb,
  claimed_at timestamp with time zone not null default now()
);
incident_values row level security forced owner autoops_owner (
  workspace_id uuid not null,
  incident_id uuid not null,
  doc jsonb not null,
  computed_at timestamp with time zone generated always as instant((doc ->> 'computedAt'::text)),
  updated_at timestamp with time zone not null default now()
);
incidents row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  state text generated always as (doc ->> 'state'::text),
  outcome text generated always as (doc ->> 'outcome'::text),
  version integer generated always as ((doc ->> 'version'::text))::integer,
  number integer generated always as ((doc ->> 'number'::text))::integer,
  service text generated always as (doc ->> 'service'::text),
  environment text generated always as (doc ->> 'environment'::text),
  severity text generated always as (doc ->> 'severity'::text),
  kind text generated always as (doc ->> 'kind'::text),
  plan_id uuid generated always as ((doc ->> 'planId'::text))::uuid,
  opened_at timestamp with time zone generated always as instant((doc ->> 'openedAt'::text)),
  closed_at timestamp with time zone generated always as instant((doc ->> 'closedAt'::text)),
  demo boolean generated always as ((doc ->> 'demo'::text))::boolean,
  evidence_count integer not null default 0,
  updated_at timestamp with time zone not null default now()
);
indicator_points partition by RANGE (at) row level security forced owner autoops_owner (
  workspace_id uuid not null,
  series_id bigint not null,
  at timestamp with time zone not null,
  value double precision not null,
  expected double precision not null,
  band_low double precision not null,
  band_high double precision not null,
  score double precision not null
);
indicator_series row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id bigint not null identity,
  environment text not null,
  service text not null,
  indicator text not null,
  labels jsonb not null,
  label_hash text not null,
  source text not null,
  unit text not null,
  view text not null,
  interval_ms double precision not null,
  samples bigint not null default 0,
  newest_at timestamp with time zone
);
live_events row level security forced owner autoops_owner (
  workspace_id uuid not null,
  seq bigint not null,
  at timestamp with time zone not null,
  doc jsonb not null
);
logs partition by RANGE (at) row level security forced owner autoops_owner (
  workspace_id uuid not null,
  content_hash bytea not null,
  at timestamp with time zone not null,
  id bigint not null default nextval('log_ids'::regclass),
  shard_id uuid not null,
  source text not null,
  environment text not null,
  service text not null,
  severity text not null,
  body text not null,
  labels jsonb not null,
  redactions jsonb
);
narratives row level security forced owner autoops_owner (
  workspace_id uuid not null,
  incident_id uuid not null,
  doc jsonb not null,
  updated_at timestamp with time zone not null default now(),
  inputs text
);
outbox row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id bigint not null identity,
  queue text not null,
  subject_id uuid not null,
  available_at timestamp with time zone not null,
  traceparent text,
  created_at timestamp with time zone not null default now(),
  claimed_at timestamp with time zone
);
plans row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  incident_id uuid not null generated always as ((doc ->> 'incidentId'::text))::uuid,
  version integer generated always as ((doc ->> 'version'::text))::integer,
  state text generated always as (doc ->> 'state'::text),
  hash text generated always as (doc ->> 'hash'::text),
  environment text generated always as (doc ->> 'environment'::text),
  created_at timestamp with time zone generated always as instant((doc ->> 'createdAt'::text)),
  inputs text not null,
  state_since timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now()
);
preferences row level security forced owner autoops_owner (
  workspace_id uuid not null,
  subject text not null,
  version integer not null,
  doc jsonb not null,
  updated_at timestamp with time zone not null default now()
);
rollback_tokens row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  state text not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone
);
run_log row level security forced owner autoops_owner (
  workspace_id uuid not null,
  run_id uuid not null,
  line integer not null,
  at timestamp with time zone not null,
  level text not null,
  step_index integer,
  text text not null
);
runs row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  plan_id uuid not null generated always as ((doc ->> 'planId'::text))::uuid,
  incident_id uuid not null generated always as ((doc ->> 'incidentId'::text))::uuid,
  state text generated always as (doc ->> 'state'::text),
  version integer generated always as ((doc ->> 'version'::text))::integer,
  service text generated always as (doc ->> 'service'::text),
  environment text generated always as (doc ->> 'environment'::text),
  created_at timestamp with time zone generated always as instant((doc ->> 'createdAt'::text)),
  finished_at timestamp with time zone generated always as instant((doc ->> 'finishedAt'::text)),
  log_lines integer not null default 0,
  updated_at timestamp with time zone not null default now()
);
samples partition by RANGE (at) row level security forced owner autoops_owner (
  workspace_id uuid not null,
  series_id bigint not null,
  at timestamp with time zone not null,
  value double precision not null,
  late boolean not null default false
);
series row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id bigint not null identity,
  source text not null,
  metric text not null,
  labels jsonb not null,
  identity bytea not null,
  shard_id uuid not null,
  created_at timestamp with time zone not null default now()
);
service_forecasts row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  kind text generated always as (doc ->> 'kind'::text),
  service text generated always as (doc ->> 'service'::text),
  environment text generated always as (doc ->> 'environment'::text),
  subject text generated always as (doc ->> 'subject'::text),
  issued_at timestamp with time zone generated always as instant((doc ->> 'issuedAt'::text)),
  due_at timestamp with time zone generated always as instant((doc ->> 'dueAt'::text)),
  judgement jsonb
);
service_risks row level security forced owner autoops_owner (
  workspace_id uuid not null,
  environment text not null,
  service text not null,
  doc jsonb not null,
  updated_at timestamp with time zone not null default now()
);
sessions row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  hash text not null,
  subject text not null,
  role text not null,
  permissions text[] not null,
  environments text[] not null,
  authenticated_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null
);
shard_batches row level security forced owner autoops_owner (
  workspace_id uuid not null,
  shard_id uuid not null,
  sequence bigint not null,
  source text not null,
  series_ids bigint[] not null,
  series_index bytea not null,
  timestamp_ms bytea not null,
  value bytea not null
);
shard_checkpoints row level security forced owner autoops_owner (
  workspace_id uuid not null,
  shard_id uuid not null,
  sequence bigint not null default 0,
  log_id bigint not null default 0,
  alert_revision bigint not null default 0,
  state bytea,
  updated_at timestamp with time zone not null default now()
);
shards row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  environment text not null,
  service text not null,
  slot integer not null,
  next_sequence bigint not null default 1,
  newest_log_id bigint not null default 0,
  newest_alert_revision bigint not null default 0,
  changed_at timestamp with time zone not null default now()
);
signal_counts row level security forced owner autoops_owner (
  workspace_id uuid not null,
  source text not null,
  received bigint not null,
  duplicates bigint not null,
  late bigint not null,
  last_at timestamp with time zone not null
);
slo_exhaustions row level security forced owner autoops_owner (
  workspace_id uuid not null,
  environment text not null,
  service text not null,
  slo text not null,
  at timestamp with time zone not null
);
slo_status row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id text not null,
  doc jsonb not null,
  service text generated always as (doc ->> 'service'::text),
  environment text generated always as (doc ->> 'environment'::text),
  updated_at timestamp with time zone not null default now()
);
source_status row level security forced owner autoops_owner (
  workspace_id uuid not null,
  name text not null,
  doc jsonb not null,
  errors integer not null default 0,
  last_error text,
  updated_at timestamp with time zone not null default now(),
  last_error_at timestamp with time zone
);
steps row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  run_id uuid not null generated always as ((doc ->> 'runId'::text))::uuid,
  index integer generated always as ((doc ->> 'index'::text))::integer,
  state text generated always as (doc ->> 'state'::text),
  epoch integer generated always as ((doc ->> 'epoch'::text))::integer,
  runbook text generated always as (doc ->> 'runbook'::text),
  target_key text generated always as (doc #>> '{target,key}'::text[]),
  next_attempt_at timestamp with time zone generated always as instant((doc ->> 'nextAttemptAt'::text)),
  updated_at timestamp with time zone not null default now()
);
target_locks row level security forced owner autoops_owner (
  workspace_id uuid not null,
  target_key text not null,
  epoch integer not null,
  holder text,
  expires_at timestamp with time zone
);
tokens row level security forced owner autoops_owner (
  workspace_id uuid not null,
  id uuid not null,
  hash text not null,
  name text not null,
  role text not null,
  permissions text[] not null,
  environments text[] not null,
  source text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone
);
workspaces row level security forced owner autoops_owner (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now()
);

-- constraints
action_reservations action_reservations_workspace_id_holder_target_key_rollback_pk PRIMARY KEY (workspace_id, holder, target_key, rollback);
alerts alerts_workspace_id_key_starts_at_pk PRIMARY KEY (workspace_id, key, starts_at);
annotations annotations_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
anomalies anomalies_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
anomaly_labels anomaly_labels_anomaly FOREIGN KEY (workspace_id, anomaly_id) REFERENCES anomalies(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
anomaly_labels anomaly_labels_workspace_id_anomaly_id_subject_pk PRIMARY KEY (workspace_id, anomaly_id, subject);
approvals approvals_plan FOREIGN KEY (workspace_id, plan_id) REFERENCES plans(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
approvals approvals_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
audit_checkpoints audit_checkpoints_workspace_id_size_pk PRIMARY KEY (workspace_id, size);
audit_entries audit_entries_workspace_id_seq_pk PRIMARY KEY (workspace_id, seq);
audit_heads audit_heads_pkey PRIMARY KEY (workspace_id);
audit_verifications audit_verifications_pkey PRIMARY KEY (workspace_id);
breaker_outcomes breaker_outcomes_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
breakers breakers_workspace_id_runbook_target_kind_environment_pk PRIMARY KEY (workspace_id, runbook, target_kind, environment);
change_events change_events_workspace_id_source_event_id_pk PRIMARY KEY (workspace_id, source, event_id);
channels channels_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
config_documents config_documents_workspace_id_kind_name_version_pk PRIMARY KEY (workspace_id, kind, name, version);
config_problems config_problems_pkey PRIMARY KEY (workspace_id);
controls controls_workspace_id_scope_pk PRIMARY KEY (workspace_id, scope);
counters counters_workspace_id_name_pk PRIMARY KEY (workspace_id, name);
decisions decisions_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
deliveries deliveries_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
evidence evidence_incident FOREIGN KEY (workspace_id, incident_id) REFERENCES incidents(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
evidence evidence_workspace_id_incident_id_ordinal_pk PRIMARY KEY (workspace_id, incident_id, ordinal);
forecasts forecasts_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
hazard_calibrations hazard_calibrations_workspace_id_resource_class_pk PRIMARY KEY (workspace_id, resource_class);
history_resets history_resets_workspace_id_environment_pk PRIMARY KEY (workspace_id, environment);
idempotency_keys idempotency_keys_workspace_id_key_pk PRIMARY KEY (workspace_id, key);
incident_values incident_values_incident FOREIGN KEY (workspace_id, incident_id) REFERENCES incidents(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
incident_values incident_values_workspace_id_incident_id_pk PRIMARY KEY (workspace_id, incident_id);
incidents incidents_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
indicator_points indicator_points_pkey PRIMARY KEY (workspace_id, series_id, at);
indicator_series indicator_series_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
live_events live_events_workspace_id_seq_pk PRIMARY KEY (workspace_id, seq);
logs logs_pkey PRIMARY KEY (workspace_id, content_hash, at);
narratives narratives_incident FOREIGN KEY (workspace_id, incident_id) REFERENCES incidents(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
narratives narratives_workspace_id_incident_id_pk PRIMARY KEY (workspace_id, incident_id);
outbox outbox_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
plans plans_incident FOREIGN KEY (workspace_id, incident_id) REFERENCES incidents(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
plans plans_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
preferences preferences_workspace_id_subject_pk PRIMARY KEY (workspace_id, subject);
rollback_tokens rollback_tokens_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
run_log run_log_run FOREIGN KEY (workspace_id, run_id) REFERENCES runs(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
run_log run_log_workspace_id_run_id_line_pk PRIMARY KEY (workspace_id, run_id, line);
runs runs_plan FOREIGN KEY (workspace_id, plan_id) REFERENCES plans(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
runs runs_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
samples samples_pkey PRIMARY KEY (workspace_id, series_id, at);
series series_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
service_forecasts service_forecasts_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
service_risks service_risks_workspace_id_environment_service_pk PRIMARY KEY (workspace_id, environment, service);
sessions sessions_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
shard_batches shard_batches_workspace_id_shard_id_sequence_pk PRIMARY KEY (workspace_id, shard_id, sequence);
shard_checkpoints shard_checkpoints_workspace_id_shard_id_pk PRIMARY KEY (workspace_id, shard_id);
shards shards_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
signal_counts signal_counts_workspace_id_source_pk PRIMARY KEY (workspace_id, source);
slo_exhaustions slo_exhaustions_workspace_id_environment_service_slo_at_pk PRIMARY KEY (workspace_id, environment, service, slo, at);
slo_status slo_status_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
source_status source_status_workspace_id_name_pk PRIMARY KEY (workspace_id, name);
steps steps_run FOREIGN KEY (workspace_id, run_id) REFERENCES runs(workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
steps steps_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
target_locks target_locks_workspace_id_target_key_pk PRIMARY KEY (workspace_id, target_key);
tokens tokens_workspace_id_id_pk PRIMARY KEY (workspace_id, id);
workspaces workspaces_name_unique UNIQUE (name);
workspaces workspaces_pkey PRIMARY KEY (id);

-- indexes
CREATE INDEX action_reservations_by_time ON public.action_reservations USING btree (workspace_id, environment, reserved_at);
CREATE INDEX action_reservations_in_flight ON public.action_reservations USING btree (workspace_id, environment) WHERE (released_at IS NULL);
CREATE INDEX alerts_by_receipt ON public.alerts USING btree (workspace_id, received_at);
CREATE INDEX alerts_by_revision ON public.alerts USING btree (workspace_id, shard_id, revision);
CREATE INDEX annotations_by_service ON public.annotations USING btree (workspace_id, environment, service, from_at);
CREATE INDEX anomalies_by_incident ON public.anomalies USING btree (workspace_id, incident_id);
CREATE INDEX anomalies_by_opening ON public.anomalies USING btree (workspace_id, opened_at, id);
CREATE INDEX anomalies_open ON public.anomalies USING btree (workspace_id) WHERE (closed_at IS NULL);
CREATE INDEX anomaly_labels_by_time ON public.anomaly_labels USING btree (workspace_id, labelled_at);
CREATE INDEX approvals_by_creation ON public.approvals USING btree (workspace_id, created_at, id);
CREATE INDEX approvals_by_plan ON public.approvals USING btree (workspace_id, plan_id);
CREATE INDEX audit_entries_by_actor ON public.audit_entries USING btree (workspace_id, actor, seq);
CREATE INDEX audit_entries_by_incident ON public.audit_entries USING btree (workspace_id, incident_id, seq);
CREATE INDEX audit_entries_by_time ON public.audit_entries USING btree (workspace_id, at);
CREATE INDEX audit_entries_by_verb ON public.audit_entries USING btree (workspace_id, verb, seq);
CREATE INDEX breaker_outcomes_by_key ON public.breaker_outcomes USING btree (workspace_id, runbook, target_kind, environment, at);
CREATE INDEX change_events_by_time ON public.change_events USING btree (workspace_id, environment, at);
CREATE INDEX config_documents_current ON public.config_documents USING btree (workspace_id, kind, current);
CREATE INDEX decisions_by_plan ON public.decisions USING btree (workspace_id, plan_id, created_at);
CREATE INDEX deliveries_by_creation ON public.deliveries USING btree (workspace_id, created_at, id);
CREATE INDEX deliveries_by_id ON public.deliveries USING btree (id);
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (workspace_id, next_attempt_at) WHERE (state = 'waiting'::text);
CREATE INDEX forecasts_by_incident ON public.forecasts USING btree (workspace_id, incident_id, issued_at);
CREATE INDEX forecasts_by_issue ON public.forecasts USING btree (workspace_id, issued_at, id);
CREATE INDEX incidents_by_closing ON public.incidents USING btree (workspace_id, closed_at);
CREATE INDEX incidents_by_id ON public.incidents USING btree (id);
CREATE INDEX incidents_by_opening ON public.incidents USING btree (workspace_id, opened_at, id);
CREATE INDEX incidents_open ON public.incidents USING btree (workspace_id, state) WHERE (state <> 'closed'::text);
CREATE INDEX live_events_by_time ON public.live_events USING btree (workspace_id, at);
CREATE INDEX logs_by_shard ON ONLY public.logs USING btree (workspace_id, shard_id, id);
CREATE INDEX logs_by_time ON ONLY public.logs USING btree (workspace_id, environment, at);
CREATE INDEX outbox_by_id ON public.outbox USING btree (id);
CREATE INDEX outbox_by_time ON public.outbox USING btree (available_at, id);
CREATE INDEX plans_by_creation ON public.plans USING btree (workspace_id, created_at, id);
CREATE INDEX plans_by_state ON public.plans USING btree (workspace_id, state);
CREATE INDEX rollback_tokens_by_run ON public.rollback_tokens USING btree (workspace_id, run_id);
CREATE INDEX runs_by_creation ON public.runs USING btree (workspace_id, created_at, id);
CREATE INDEX runs_by_incident ON public.runs USING btree (workspace_id, incident_id);
CREATE INDEX runs_by_plan ON public.runs USING btree (workspace_id, plan_id);
CREATE INDEX runs_by_state ON public.runs USING btree (workspace_id, state);
CREATE INDEX series_by_metric ON public.series USING btree (workspace_id, metric, id);
CREATE INDEX service_forecasts_due ON public.service_forecasts USING btree (workspace_id, due_at) WHERE (judgement IS NULL);
CREATE INDEX service_forecasts_judged ON public.service_forecasts USING btree (workspace_id, kind, service, issued_at) WHERE (judgement IS NOT NULL);
CREATE INDEX service_forecasts_newest ON public.service_forecasts USING btree (workspace_id, environment, service, kind, subject, issued_at);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (workspace_id, expires_at);
CREATE INDEX shards_by_id ON public.shards USING btree (id);
CREATE INDEX steps_by_id ON public.steps USING btree (id);
CREATE INDEX steps_by_target ON public.steps USING btree (workspace_id, target_key, state);
CREATE INDEX target_locks_by_holder ON public.target_locks USING btree (workspace_id, holder);
CREATE UNIQUE INDEX channels_by_name ON public.channels USING btree (workspace_id, name);
CREATE UNIQUE INDEX deliveries_by_message ON public.deliveries USING btree (workspace_id, channel_id, message_id);
CREATE UNIQUE INDEX incidents_by_number ON public.incidents USING btree (workspace_id, number);
CREATE UNIQUE INDEX indicator_series_by_name ON public.indicator_series USING btree (workspace_id, environment, service, indicator, label_hash);
CREATE UNIQUE INDEX outbox_waiting ON public.outbox USING btree (workspace_id, queue, subject_id) WHERE (claimed_at IS NULL);
CREATE UNIQUE INDEX plans_by_incident ON public.plans USING btree (workspace_id, incident_id, version);
CREATE UNIQUE INDEX series_by_identity ON public.series USING btree (workspace_id, identity);
CREATE UNIQUE INDEX sessions_by_hash ON public.sessions USING btree (hash);
CREATE UNIQUE INDEX shards_by_key ON public.shards USING btree (workspace_id, environment, service, slot);
CREATE UNIQUE INDEX steps_by_run ON public.steps USING btree (workspace_id, run_id, index);
CREATE UNIQUE INDEX tokens_by_hash ON public.tokens USING btree (hash);
CREATE UNIQUE INDEX workspaces_name_unique ON public.workspaces USING btree (name);

-- policies
action_reservations workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
alerts workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
annotations workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
anomalies workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
anomaly_labels workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
approvals workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
audit_checkpoints workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
audit_entries workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
audit_heads workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
audit_verifications workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
breaker_outcomes workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
breakers workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
change_events workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
channels workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
config_documents workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
config_problems workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
controls workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
counters workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
decisions workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
deliveries route for select to autoops_router using true;
deliveries workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
evidence workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
forecasts workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
hazard_calibrations workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
history_resets workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
idempotency_keys workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
incident_values workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
incidents route for select to autoops_router using true;
incidents workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
indicator_points workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
indicator_series workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
live_events workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
logs workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
narratives workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
outbox route for all to autoops_router using true;
outbox workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
plans workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
preferences workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
rollback_tokens workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
run_log workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
runs workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
samples workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
series workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
service_forecasts workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
service_risks workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
sessions route for select to autoops_router using true;
sessions workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
shard_batches workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
shard_checkpoints workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
shards route for select to autoops_router using true;
shards workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
signal_counts workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
slo_exhaustions workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
slo_status workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
source_status workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
steps route for select to autoops_router using true;
steps workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
target_locks workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
tokens route for select to autoops_router using true;
tokens workspace for all to public using (workspace_id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));
workspaces route for select to autoops_router using true;
workspaces workspace for all to public using (id = ( SELECT (NULLIF(current_setting('app.workspace'::text, true), ''::text))::uuid AS "nullif"));

-- grants
action_reservations: autoops_app delete, insert, select, update
alerts: autoops_app delete, insert, select, update
annotations: autoops_app delete, insert, select, update
anomalies: autoops_app delete, insert, select, update
anomaly_labels: autoops_app delete, insert, select, update
approvals: autoops_app delete, insert, select, update
audit_checkpoints: autoops_app insert, select
audit_entries: autoops_app select
audit_heads: autoops_app select
audit_verifications: autoops_app delete, insert, select, update
breaker_outcomes: autoops_app delete, insert, select, update
breakers: autoops_app delete, insert, select, update
change_events: autoops_app delete, insert, select, update
channels: autoops_app delete, insert, select, update
config_documents: autoops_app delete, insert, select, update
config_problems: autoops_app delete, insert, select, update
controls: autoops_app select
counters: autoops_app delete, insert, select, update
decisions: autoops_app delete, insert, select, update
deliveries: autoops_app delete, insert, select, update
deliveries: autoops_router select (id), select (workspace_id)
evidence: autoops_app delete, insert, select, update
forecasts: autoops_app delete, insert, select, update
hazard_calibrations: autoops_app delete, insert, select, update
history_resets: autoops_app delete, insert, select, update
idempotency_keys: autoops_app delete, insert, select, update
incident_values: autoops_app delete, insert, select, update
incidents: autoops_app delete, insert, select, update
incidents: autoops_router select (id), select (workspace_id)
indicator_points: autoops_app delete, insert, select, update
indicator_series: autoops_app delete, insert, select, update
live_events: autoops_app delete, insert, select, update
logs: autoops_app delete, insert, select, update
narratives: autoops_app delete, insert, select, update
outbox: autoops_app delete, insert, select, update
outbox: autoops_router delete, select, update (claimed_at)
plans: autoops_app delete, insert, select, update
preferences: autoops_app delete, insert, select, update
rollback_tokens: autoops_app delete, insert, select, update
run_log: autoops_app delete, insert, select, update
runs: autoops_app delete, insert, select, update
samples: autoops_app delete, insert, select, update
series: autoops_app delete, insert, select, update
service_forecasts: autoops_app delete, insert, select, update
service_risks: autoops_app delete, insert, select, update
sessions: autoops_app delete, insert, select, update
sessions: autoops_router select (hash), select (id), select (workspace_id)
shard_batches: autoops_app delete, insert, select, update
shard_checkpoints: autoops_app delete, insert, select, update
shards: autoops_app delete, insert, select, update
shards: autoops_router select (id), select (workspace_id)
signal_counts: autoops_app delete, insert, select, update
slo_exhaustions: autoops_app delete, insert, select, update
slo_status: autoops_app delete, insert, select, update
source_status: autoops_app delete, insert, select, update
steps: autoops_app delete, insert, select, update
steps: autoops_router select (id), select (workspace_id)
target_locks: autoops_app delete, insert, select, update
tokens: autoops_app delete, insert, select, update
tokens: autoops_router select (hash), select (id), select (workspace_id)
workspaces: autoops_app select
workspaces: autoops_router select (id), select (name)

-- triggers
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_audit_change() -- always;
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change() -- always;

-- functions
CREATE OR REPLACE FUNCTION public.append_audit(workspace uuid, entries bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
END $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.append_live_event(workspace uuid, event jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  event_seq bigint;
BEGIN
  INSERT INTO counters AS c (workspace_id, name, value) VALUES (workspace, 'live-events', 1)
    ON CONFLICT (workspace_id, name) DO UPDATE SET value = c.value + 1 RETURNING c.value INTO event_seq;
  INSERT INTO live_events (workspace_id, seq, at, doc) VALUES (workspace, event_seq, clock_timestamp(), event);
  PERFORM pg_notify('autoops_live', workspace::text || ' ' || event_seq || ' ' || event_seq);
  RETURN event_seq;
END $function$
 -- owner only;
CREATE OR REPLACE FUNCTION public.create_workspace(workspace uuid, workspace_name text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
  genesis text := encode(sha256(convert_to('autoops.audit.' || workspace, 'UTF8')), 'hex');
BEGIN
  PERFORM set_config('app.workspace', workspace::text, true);
  INSERT INTO workspaces (id, name) VALUES (workspace, workspace_name);
  INSERT INTO audit_heads (workspace_id, seq, hash, at, base_hash) VALUES (workspace, 0, genesis, '-infinity', genesis);
  PERFORM set_config('app.workspace', '', true);
END $function$
 -- owner only;
CREATE OR REPLACE FUNCTION public.drop_partitions(parent text, before date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '5s'
AS $function$
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
END $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.ensure_partitions(first date, last date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
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
END $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.instant(value text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ SELECT value::timestamptz $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.lock_audit_head(workspace uuid)
 RETURNS TABLE(seq bigint, hash text, next_at text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT h.seq, h.hash,
      to_char(greatest(clock_timestamp(), h.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    FROM audit_heads h WHERE h.workspace_id = workspace FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no audit chain for workspace % under this app.workspace', workspace; END IF;
END $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.prune_audit(workspace uuid, before timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
END $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
    IF EXISTS (SELECT FROM audit_heads h WHERE h.workspace_id = OLD.workspace_id AND OLD.seq <= h.base_seq) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP;
END $function$
 -- owner only;
CREATE OR REPLACE FUNCTION public.set_control(workspace uuid, new_scope text, new_level text, why text, actor_kind text, actor_id text)
 RETURNS TABLE(seq bigint, version integer, changed_at text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
END $function$
 -- autoops_app;
CREATE OR REPLACE FUNCTION public.share_controls(workspace uuid, scopes text[])
 RETURNS TABLE(scope text, level text, reason text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
BEGIN
  INSERT INTO controls (workspace_id, scope, level, version, reason, changed_by_kind, changed_by_id, changed_at)
    SELECT workspace, s, 'open', 0, '', 'system', 'autoops', clock_timestamp() FROM unnest(scopes) s ORDER BY s
    ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT c.scope, c.level, c.reason FROM controls c
    WHERE c.workspace_id = workspace AND c.scope = ANY (scopes) ORDER BY c.scope FOR SHARE;
END $function$
 -- autoops_app;
