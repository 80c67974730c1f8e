-- What was found before says nothing of when the log was verified whole: it is verified anew when its status is first read.
TRUNCATE "audit_verifications";--> statement-breakpoint
ALTER TABLE "audit_verifications" ADD COLUMN "whole_at" timestamp with time zone NOT NULL;
