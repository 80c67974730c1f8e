CREATE TABLE "slo_exhaustions" (
	"workspace_id" uuid NOT NULL,
	"environment" text NOT NULL,
	"service" text NOT NULL,
	"slo" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "slo_exhaustions_workspace_id_environment_service_slo_at_pk" PRIMARY KEY("workspace_id","environment","service","slo","at")
);
--> statement-breakpoint
ALTER TABLE slo_exhaustions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY workspace ON slo_exhaustions USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON slo_exhaustions TO autoops_app;
