CREATE TABLE "anomaly_labels" (
	"workspace_id" uuid NOT NULL,
	"anomaly_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"subject_kind" text NOT NULL,
	"label" text NOT NULL,
	"reason" text,
	"labelled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "anomaly_labels_workspace_id_anomaly_id_subject_pk" PRIMARY KEY("workspace_id","anomaly_id","subject")
);
--> statement-breakpoint
ALTER TABLE "anomaly_labels" ADD CONSTRAINT "anomaly_labels_anomaly" FOREIGN KEY ("workspace_id","anomaly_id") REFERENCES "public"."anomalies"("workspace_id","id") DEFERRABLE INITIALLY DEFERRED;
--> statement-breakpoint
CREATE INDEX "anomaly_labels_by_time" ON "anomaly_labels" USING btree ("workspace_id","labelled_at");
--> statement-breakpoint
ALTER TABLE anomaly_labels ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY workspace ON anomaly_labels USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON anomaly_labels TO autoops_app;
