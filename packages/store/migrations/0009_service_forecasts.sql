CREATE TABLE "hazard_calibrations" (
	"workspace_id" uuid NOT NULL,
	"resource_class" text NOT NULL,
	"doc" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hazard_calibrations_workspace_id_resource_class_pk" PRIMARY KEY("workspace_id","resource_class")
);
--> statement-breakpoint
CREATE TABLE "service_forecasts" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"doc" jsonb NOT NULL,
	"kind" text GENERATED ALWAYS AS ((doc ->> 'kind')) STORED,
	"service" text GENERATED ALWAYS AS ((doc ->> 'service')) STORED,
	"environment" text GENERATED ALWAYS AS ((doc ->> 'environment')) STORED,
	"subject" text GENERATED ALWAYS AS ((doc ->> 'subject')) STORED,
	"issued_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'issuedAt'))) STORED,
	"due_at" timestamp with time zone GENERATED ALWAYS AS (instant((doc ->> 'dueAt'))) STORED,
	"judgement" jsonb,
	CONSTRAINT "service_forecasts_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE INDEX "service_forecasts_newest" ON "service_forecasts" USING btree ("workspace_id","environment","service","kind","subject","issued_at");--> statement-breakpoint
CREATE INDEX "service_forecasts_judged" ON "service_forecasts" USING btree ("workspace_id","kind","service","issued_at") WHERE judgement is not null;--> statement-breakpoint
CREATE INDEX "service_forecasts_due" ON "service_forecasts" USING btree ("workspace_id","due_at") WHERE judgement is null;
--> statement-breakpoint
DO $$
DECLARE tab text;
BEGIN
  FOREACH tab IN ARRAY ARRAY['service_forecasts', 'hazard_calibrations'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tab);
    EXECUTE format('CREATE POLICY workspace ON %I USING (workspace_id = (SELECT nullif(current_setting(''app.workspace'', true), '''')::uuid))', tab);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO autoops_app', tab);
  END LOOP;
END $$;
