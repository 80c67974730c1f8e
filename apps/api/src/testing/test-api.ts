import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ROLE_PERMISSIONS, type Permission, type Role } from '@autoops/contracts';
import { startTestPostgres } from '@autoops/local-postgres';
import { createWorkspace, prepareDatabase } from '@autoops/store';
import { pino, type Logger } from 'pino';
import { newSecret, secretHash } from '../access/secrets.ts';
import type { Adapters } from '../adapters.ts';
import { createApplication } from '../application.ts';
import { composeAdapters } from '../composition.ts';
import { openSharedCounters } from '../limits/shared-counters.ts';
import { readSettings, type Settings } from '../settings.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

export interface TestApi {
  readonly url: string;
  readonly databaseUrl: string;
  readonly application: NestFastifyApplication;
  readonly adapters: Adapters;
  readonly settings: Settings;
  readonly workspaceId: string;
  readonly otherWorkspaceId: string;
  /** A token with exactly these permissions, in the default workspace unless said otherwise. */
  token(holder: Role | readonly Permission[], options?: TokenOptions): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface TokenOptions {
  readonly name?: string;
  readonly workspaceId?: string;
  readonly environments?: readonly string[];
  readonly expiresAt?: string;
  readonly source?: string;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; an empty record where it is none. */
  readonly json: Record<string, unknown>;
}

/** The whole API on a port of its own, over a database of its own with two workspaces. */
export async function openTestApi(
  environment: Readonly<Record<string, string>> = {},
  change: (adapters: Adapters) => Adapters = (adapters) => adapters,
  logger: Logger = pino({ level: process.env['AUTOOPS_TEST_LOG'] ?? 'silent' }),
): Promise<TestApi> {
  const postgres = await startTestPostgres();
  const database = await postgres.createDatabase({
    name: 'autoops_api_template',
    async prepare(url) {
      await prepareDatabase({ adminUrl: url });
      await createWorkspace(url, 'second');
    },
  });
  const { appUrl } = await prepareDatabase({ adminUrl: database.url });
  const dataDir = await mkdtemp(join(tmpdir(), 'autoops-api-'));
  const settings = readSettings(
    {
      DATABASE_URL: appUrl,
      AUTOOPS_DATA_DIR: dataDir,
      AUTOOPS_PORT: '0',
      AUTOOPS_DEV_LOGIN: '1',
      AUTOOPS_WEB_DIR: join(dataDir, 'no-web'),
      ...environment,
    },
    root,
  );
  const adapters = change(await composeAdapters(settings, logger));
  const counters = await openSharedCounters(settings);
  const application = await createApplication({ settings, adapters, counters, logger });
  await application.listen(0, '127.0.0.1');
  const url = await application.getUrl();
  const workspaceId = await adapters.access.defaultWorkspace();
  const otherWorkspaceId = (await adapters.access.workspaceByName('second')) ?? '';
  return {
    url,
    databaseUrl: appUrl,
    application,
    adapters,
    settings,
    workspaceId,
    otherWorkspaceId,
    async token(holder, options = {}) {
      const secret = newSecret('aot');
      const permissions = typeof holder === 'string' ? ROLE_PERMISSIONS[holder] : holder;
      await adapters.access.createToken(
        {
          id: randomUUID(),
          workspaceId: options.workspaceId ?? workspaceId,
          name:
            options.name ??
            `${typeof holder === 'string' ? holder : 'somebody'}-${randomUUID().slice(0, 8)}@example.test`,
          role: typeof holder === 'string' ? holder : 'viewer',
          permissions,
          environments: options.environments ?? [],
          source: options.source,
          expiresAt: options.expiresAt,
        },
        secretHash(secret),
      );
      return secret;
    },
    call: (method, path, options = {}) => call(url, method, path, options),
    async close() {
      await application.close();
      await counters.close();
      await adapters.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The session cookie that an answer sets, as the next request sends it; '' where it sets none. */
export function cookieOf(answer: Pick<Answer, 'headers'>): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function call(url: string, method: string, path: string, options: CallOptions): Promise<Answer> {
  const { body, token, headers = {} } = options;
  const binary = body instanceof Uint8Array;
  const answer = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined || binary ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: binary ? new Uint8Array(body) : typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  let json: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) json = parsed as Record<string, unknown>;
  } catch {
    json = {}; // not JSON
  }
  return { status: answer.status, headers: answer.headers, text, json };
}
