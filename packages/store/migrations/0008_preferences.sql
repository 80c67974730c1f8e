CREATE TABLE "preferences" (
	"workspace_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"version" integer NOT NULL,
	"doc" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "preferences_workspace_id_subject_pk" PRIMARY KEY("workspace_id","subject")
);

--> statement-breakpoint
ALTER TABLE preferences ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY workspace ON preferences USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON preferences TO autoops_app;
