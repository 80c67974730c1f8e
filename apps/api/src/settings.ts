import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** An issuer of access tokens that we trust, and for which workspaces. */
export interface JwtIssuerSettings {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  /** Workspace ids that tokens of this issuer may name; empty means the default workspace alone. */
  readonly workspaces: readonly string[];
  /** Whether its tokens may carry `aiops:admin` (internal operations only). */
  readonly mayAdminister: boolean;
  /** A file with one revoked `jti` a line, read again every 10 s. */
  readonly revokedFile: string | undefined;
}

/** A bucket that speaks S3, path-style: `https://HOST/BUCKET[/PREFIX]`. */
export interface ObjectStoreSettings {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly dataDir: string;
  readonly configDir: string | undefined;
  /** Exact `host:port` pairs on loopback or private addresses that targets may be at. */
  readonly outboundAllow: string | undefined;
  readonly policyDir: string;
  readonly webDir: string;
  /** Where the sandbox says where it is: `{url, tokenFile}`; absent until it runs. */
  readonly sandboxFile: string;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly objectStore: ObjectStoreSettings | undefined;
  readonly devLogin: boolean;
  readonly production: boolean;
  readonly demo: boolean;
  readonly workspaceName: string;
  readonly workerPort: number | undefined;
  readonly jwt: JwtIssuerSettings | undefined;
  readonly logLevel: string;
  readonly version: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables (docs/reference/configuration.md lists them). `NAME_FILE` is read where `NAME`
 * is unset. Throws with the variable's name where a value cannot be used.
 */
export function readSettings(environment: Environment, root: string): Settings {
  const value = (name: string): string | undefined => valueOf(environment, name);
  const dataDir = resolve(root, value('AUTOOPS_DATA_DIR') ?? '.autoops');
  const databaseUrl = value('DATABASE_URL');
  if (databaseUrl === undefined)
    throw new Error(
      'DATABASE_URL is not set. `npm start` sets it to the built-in PostgreSQL; else give the URL of yours.',
    );
  const publicUrl = value('AUTOOPS_PUBLIC_URL')?.replace(/\/+$/, '');
  return {
    host: value('AUTOOPS_HOST') ?? '127.0.0.1',
    port: portOf('AUTOOPS_PORT', value('AUTOOPS_PORT')) ?? 8080,
    publicUrl,
    allowedHosts: (value('AUTOOPS_ALLOWED_HOSTS') ?? '')
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
    dataDir,
    configDir: value('AUTOOPS_CONFIG_DIR'),
    outboundAllow: value('AUTOOPS_OUTBOUND_ALLOW'),
    policyDir: resolve(root, value('AUTOOPS_POLICY_DIR') ?? 'policies'),
    webDir: resolve(root, value('AUTOOPS_WEB_DIR') ?? 'apps/web/dist'),
    sandboxFile: value('AUTOOPS_SANDBOX_FILE') ?? join(value('AUTOOPS_SANDBOX_DIR') ?? dataDir, 'sandbox.json'),
    databaseUrl,
    redisUrl: value('REDIS_URL'),
    objectStore: objectStoreOf(value),
    devLogin: value('AUTOOPS_DEV_LOGIN') === '1',
    production: environment['NODE_ENV'] === 'production',
    demo: (value('AUTOOPS_DEMO') ?? 'on') !== 'off',
    workspaceName: value('AUTOOPS_WORKSPACE') ?? 'default',
    workerPort: portOf('AUTOOPS_WORKER_PORT', value('AUTOOPS_WORKER_PORT')) || undefined, // 0 = a free one, which only the worker knows
    jwt: jwtOf(value),
    logLevel: value('AUTOOPS_LOG_LEVEL') ?? 'info',
    version: '0.1.0',
  };
}

function valueOf(environment: Environment, name: string): string | undefined {
  const direct = environment[name];
  if (direct !== undefined && direct !== '') return direct;
  const file = environment[`${name}_FILE`];
  return file === undefined || file === '' ? undefined : readFileSync(file, 'utf8').trim();
}

function portOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${name} is not a port: ${text}`);
  return port;
}

function jwtOf(value: (name: string) => string | undefined): JwtIssuerSettings | undefined {
  const issuer = value('AUTOOPS_JWT_ISSUER');
  if (issuer === undefined) return undefined;
  const jwksUrl = value('AUTOOPS_JWT_JWKS_URL');
  const audience = value('AUTOOPS_JWT_AUDIENCE');
  if (jwksUrl === undefined || audience === undefined) {
    throw new Error('AUTOOPS_JWT_ISSUER needs AUTOOPS_JWT_JWKS_URL and AUTOOPS_JWT_AUDIENCE beside it.');
  }
  return {
    issuer,
    jwksUrl,
    audience,
    workspaces: (value('AUTOOPS_JWT_WORKSPACES') ?? '').split(',').filter((id) => id !== ''),
    mayAdminister: value('AUTOOPS_JWT_ADMIN') === '1',
    revokedFile: value('AUTOOPS_JWT_REVOKED_FILE'),
  };
}

function objectStoreOf(value: (name: string) => string | undefined): ObjectStoreSettings | undefined {
  const url = value('AUTOOPS_OBJECT_STORE_URL');
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  if (parsed === null) throw new Error('AUTOOPS_OBJECT_STORE_URL is not a URL.');
  const accessKeyId = decodeURIComponent(parsed.username) || value('AWS_ACCESS_KEY_ID');
  const secretAccessKey = decodeURIComponent(parsed.password) || value('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      'AUTOOPS_OBJECT_STORE_URL needs credentials: https://key:secret@host/bucket, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, accessKeyId, secretAccessKey, region: value('AWS_REGION') ?? 'us-east-1' };
}
