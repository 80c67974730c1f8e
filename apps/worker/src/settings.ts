import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PRODUCTION_TIMINGS, scaleTimings, type Timings } from '@autoops/contracts';
import { z } from 'zod';
import type { Retention } from './worker-store.ts';

/** A number of days, or `forever` (undefined). */
const days = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .pipe(
      z.union([z.literal('forever').transform(() => undefined), z.coerce.number<string>().int().min(1).max(36_500)], {
        error: 'Give a number of days, or forever.',
      }),
    );

const Environment = z.object({
  DATABASE_URL: z.string().min(1, 'Set DATABASE_URL to the application role, as `autoops up` does.'),
  REDIS_URL: z.string().optional(),
  AUTOOPS_DATA_DIR: z.string().default('.autoops'),
  AUTOOPS_CONFIG_DIR: z.string().default('config'),
  AUTOOPS_POLICY_DIR: z.string().default('policies'),
  AUTOOPS_RUNBOOK_DIR: z.string().default('runbooks'),
  AUTOOPS_WORKSPACE: z.string().default('default'),
  AUTOOPS_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  AUTOOPS_WORKER_HOST: z.string().default('127.0.0.1'),
  AUTOOPS_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  AUTOOPS_DEMO: z.enum(['on', 'off']).default('on'),
  AUTOOPS_SANDBOX_FILE: z.string().optional(),
  AUTOOPS_SANDBOX_DIR: z.string().optional(),
  AUTOOPS_SANDBOX_URL: z.string().optional(),
  AUTOOPS_SANDBOX_TOKEN_FILE: z.string().optional(),
  AUTOOPS_PUBLIC_URL: z.string().optional(),
  AUTOOPS_OUTBOUND_ALLOW: z.string().optional(),
  AUTOOPS_TIMINGS_FACTOR: z.coerce.number().min(1).max(20).default(1),
  AUTOOPS_CRASH_AT: z.string().optional(),
  AUTOOPS_RETENTION_SAMPLES_DAYS: days('30'),
  AUTOOPS_RETENTION_LOGS_DAYS: days('14'),
  AUTOOPS_RETENTION_ALERTS_DAYS: days('90'),
  AUTOOPS_RETENTION_INCIDENTS_DAYS: days('730'),
  AUTOOPS_RETENTION_AUDIT_DAYS: days('forever'),
});

/** What the worker was asked to be, from the environment (docs/reference, .env.example). */
export interface Settings {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly dataDir: string;
  readonly configDir: string;
  readonly policyDir: string;
  readonly runbookDir: string;
  readonly workspace: string;
  readonly healthHost: string;
  readonly healthPort: number;
  readonly logLevel: string;
  readonly prettyLogs: boolean;
  readonly demo: boolean;
  readonly sandbox: {
    readonly file?: string | undefined;
    readonly directory?: string | undefined;
    readonly url?: string | undefined;
    readonly tokenFile?: string | undefined;
  };
  readonly publicUrl: string | undefined;
  readonly outboundAllow: string | undefined;
  readonly timings: Timings;
  readonly crashAt: string | undefined;
  readonly retention: Retention;
  readonly tracing: boolean;
}

/** Reads and checks the settings; secrets may come as `NAME_FILE`. Throws with the name of the variable that is wrong. */
export function readSettings(env: NodeJS.ProcessEnv, isTerminal: boolean): Settings {
  const read = Environment.safeParse({
    ...env,
    DATABASE_URL: secret(env, 'DATABASE_URL'),
    REDIS_URL: secret(env, 'REDIS_URL'),
  });
  if (!read.success) {
    throw new Error(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  }
  const value = read.data;
  const dataDir = resolve(value.AUTOOPS_DATA_DIR);
  return {
    databaseUrl: value.DATABASE_URL,
    redisUrl: value.REDIS_URL,
    dataDir,
    configDir: resolve(value.AUTOOPS_CONFIG_DIR),
    policyDir: resolve(value.AUTOOPS_POLICY_DIR),
    runbookDir: resolve(value.AUTOOPS_RUNBOOK_DIR),
    workspace: value.AUTOOPS_WORKSPACE,
    healthHost: value.AUTOOPS_WORKER_HOST,
    healthPort: value.AUTOOPS_WORKER_PORT,
    logLevel: value.AUTOOPS_LOG_LEVEL,
    prettyLogs: isTerminal,
    demo: value.AUTOOPS_DEMO === 'on',
    sandbox: {
      file: value.AUTOOPS_SANDBOX_FILE,
      directory: value.AUTOOPS_SANDBOX_DIR ?? join(dataDir, 'sandbox'),
      url: value.AUTOOPS_SANDBOX_URL,
      tokenFile: value.AUTOOPS_SANDBOX_TOKEN_FILE,
    },
    publicUrl: value.AUTOOPS_PUBLIC_URL,
    outboundAllow: value.AUTOOPS_OUTBOUND_ALLOW,
    timings: scaleTimings(PRODUCTION_TIMINGS, value.AUTOOPS_TIMINGS_FACTOR),
    crashAt: value.AUTOOPS_CRASH_AT,
    retention: retentionOf(value),
    tracing: env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined,
  };
}

/** How long each class of data is kept. Throws when audit entries would go before the incidents whose timelines they are. */
function retentionOf(value: z.infer<typeof Environment>): Retention {
  const incidentsDays = value.AUTOOPS_RETENTION_INCIDENTS_DAYS;
  const auditDays = value.AUTOOPS_RETENTION_AUDIT_DAYS;
  if (auditDays !== undefined && auditDays < (incidentsDays ?? Infinity))
    throw new Error(
      "AUTOOPS_RETENTION_AUDIT_DAYS must not be shorter than AUTOOPS_RETENTION_INCIDENTS_DAYS: an incident's timeline is made of its audit entries.",
    );
  return {
    samplesDays: value.AUTOOPS_RETENTION_SAMPLES_DAYS,
    logsDays: value.AUTOOPS_RETENTION_LOGS_DAYS,
    alertsDays: value.AUTOOPS_RETENTION_ALERTS_DAYS,
    incidentsDays,
    auditDays,
  };
}

function secret(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  return env[name] ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim());
}
