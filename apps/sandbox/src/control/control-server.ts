import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ActionRequest, type ActionDesk } from '../actions/desk.ts';
import { FAULTS, type Faults } from '../faults.ts';
import type { SandboxIdentity } from '../identity.ts';
import type { Ledger } from '../ledger.ts';
import type { Shop } from '../shop/shop.ts';
import { targetsOf } from '../shop/state.ts';
import { discover, type ExtraPorts } from './discovery.ts';

export type ControlOptions = {
  readonly port: number;
  readonly token: string;
  readonly shops: ReadonlyMap<string, Shop>;
  readonly extraPorts: ReadonlyMap<string, ExtraPorts>;
  readonly desk: ActionDesk;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly identity: SandboxIdentity;
  readonly loadLives: () => boolean;
  readonly figures: () => Readonly<Record<string, unknown>>;
};

type Answer = { readonly status: number; readonly body: unknown };
type Request = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly key: string | undefined;
  readonly body: unknown;
};

const FaultRequest = z.strictObject({ fault: z.enum(FAULTS), environment: z.string() });
const EnvironmentRequest = z.strictObject({ environment: z.string().optional() });
const PhaseRequest = z.strictObject({ environment: z.string(), phase: z.literal('rising') });
const LARGEST_BODY = 256 * 1024;

/** Serves the control API on loopback; returns the server and its port. Rejects when the port is taken. */
export async function serveControl(options: ControlOptions): Promise<{ server: Server; port: number }> {
  const server = createServer((incoming, outgoing) => {
    handle(incoming, options).then(
      ({ status, body }) => send(outgoing, status, body),
      (error: unknown) => send(outgoing, 500, problem(500, 'internal', String(error)).body),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function handle(incoming: IncomingMessage, options: ControlOptions): Promise<Answer> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost')
    return problem(421, 'wrong-host', 'The control API is for this machine only: call it as 127.0.0.1.');
  if (url.pathname !== '/v1/health' && !allowed(incoming.headers.authorization, options.token)) {
    return problem(
      401,
      'token-needed',
      'Send the token of the file control-token in the data directory as a bearer token.',
    );
  }
  let body: unknown;
  if (incoming.method !== 'GET') {
    const read = await readJson(incoming);
    if ('failure' in read) return read.failure;
    body = read.value;
  }
  const key = incoming.headers['idempotency-key'];
  return route(
    {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      key: typeof key === 'string' ? key : undefined,
      body,
    },
    options,
  );
}

async function route(request: Request, options: ControlOptions): Promise<Answer> {
  const { method, path } = request;
  switch (`${method} ${path}`) {
    case 'GET /v1/health':
      return health(options);
    case 'POST /v1/actions':
      return act(request, options);
    case 'GET /v1/ledger': {
      const environment = request.query.get('environment');
      const rows = options.ledger.rows.filter((row) => environment === null || row.environment === environment);
      const items = rows.map(({ opId, kind, target, at, applied, environment: of }) => ({
        opId,
        kind,
        target,
        at,
        applied,
        environment: of,
      }));
      return { status: 200, body: { items, inFlight: options.desk.inFlight } };
    }
    case 'GET /v1/sd':
      return {
        status: 200,
        body: [...options.shops.values()].flatMap((shop) =>
          discover(shop, options.extraPorts.get(shop.environment) as ExtraPorts),
        ),
      };
    case 'GET /v1/faults':
      return {
        status: 200,
        body: { items: await options.faults.active(), anybodyHasBroken: options.identity.anybodyHasBroken },
      };
    case 'POST /v1/faults':
      return parsed(FaultRequest, request.body, async ({ fault, environment }) => {
        const started = await options.faults.start(fault, environment);
        return started === undefined ? noEnvironment(environment, options) : { status: 201, body: started };
      });
    case 'DELETE /v1/faults':
      return parsed(EnvironmentRequest, request.body ?? {}, async ({ environment }) => {
        await options.faults.remove(environment ?? request.query.get('environment') ?? undefined);
        return { status: 200, body: { items: await options.faults.active() } };
      });
    case 'POST /v1/reset':
      return parsed(EnvironmentRequest, request.body ?? {}, async ({ environment }) => {
        if (environment !== undefined && !options.shops.has(environment)) return noEnvironment(environment, options);
        const chosen = environment === undefined ? [...options.shops.keys()] : [environment];
        await Promise.all(
          chosen.map(async (name) => {
            await options.desk.reset(name);
            options.faults.forget(name);
          }),
        );
        return { status: 200, body: { reset: chosen } };
      });
    case 'POST /v1/load/phase':
      return parsed(PhaseRequest, request.body, async ({ environment, phase }) => {
        const shop = options.shops.get(environment);
        if (shop === undefined) return noEnvironment(environment, options);
        await shop.riseLoad();
        return { status: 200, body: { environment, phase } };
      });
  }
  if (method === 'GET' && (path === '/v1/state' || path.startsWith('/v1/state/')))
    return state(path.slice('/v1/state'.length + 1), options);
  if (method === 'GET' && path.startsWith('/v1/targets/'))
    return target(decodeURIComponent(path.slice('/v1/targets/'.length)), options);
  return problem(404, 'no-such-route', `There is no ${method} ${path}.`);
}

async function act(request: Request, { desk }: ControlOptions): Promise<Answer> {
  const { key } = request;
  if (key === undefined || key === '' || key.length > 200)
    return problem(
      400,
      'idempotency-key-needed',
      'Send an Idempotency-Key header of 1 to 200 characters: an action without one could be done twice.',
    );
  return parsed(ActionRequest, request.body, async (action) => {
    const answer = await desk.perform(key, action);
    if ('problem' in answer) return problem(answer.problem.status, answer.problem.code, answer.problem.detail);
    return { status: 200, body: answer.result };
  });
}

async function health({ shops, figures, loadLives }: ControlOptions): Promise<Answer> {
  const environments = [...shops.values()].map((shop) => ({
    environment: shop.environment,
    core: shop.core.map(({ name, alive }) => ({ name, alive })),
    desired: shop.desired,
    ready: shop.replicas.ready.length,
  }));
  const ok = loadLives() && environments.every(({ core }) => core.every(({ alive }) => alive));
  return {
    status: ok ? 200 : 503,
    body: { status: ok ? 'ok' : 'a core process has ended', environments, ...figures() },
  };
}

async function state(environment: string, options: ControlOptions): Promise<Answer> {
  const chosen =
    environment === ''
      ? [...options.shops.values()]
      : [...options.shops.values()].filter((shop) => shop.environment === environment);
  if (chosen.length === 0) return noEnvironment(environment, options);
  const states = await Promise.all(
    chosen.map(async (shop) => ({ environment: shop.environment, targets: await targetsOf(shop, options.identity) })),
  );
  return { status: 200, body: environment === '' ? { environments: states } : states[0] };
}

async function target(key: string, options: ControlOptions): Promise<Answer> {
  const shop = options.shops.get(key.split('/')[0] ?? '');
  const found =
    shop === undefined ? undefined : (await targetsOf(shop, options.identity)).find((one) => one.key === key);
  return found === undefined
    ? problem(404, 'no-such-target', `There is no target ${key}.`)
    : { status: 200, body: found };
}

async function parsed<Value>(
  schema: z.ZodType<Value>,
  body: unknown,
  then: (value: Value) => Promise<Answer>,
): Promise<Answer> {
  const result = schema.safeParse(body);
  if (result.success) return then(result.data);
  const errors = result.error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    detail: issue.message,
  }));
  return problem(422, 'body-invalid', errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '), {
    errors,
  });
}

async function readJson(incoming: IncomingMessage): Promise<{ value: unknown } | { failure: Answer }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return { failure: problem(413, 'body-too-large', 'A body has at most 256 KiB.') };
    chunks.push(chunk);
  }
  if (size === 0) return { value: undefined };
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { failure: problem(400, 'body-malformed', 'The body is not JSON.') };
  }
}

function allowed(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function noEnvironment(environment: string, { shops }: ControlOptions): Answer {
  return problem(
    422,
    'no-such-environment',
    `There is no environment ${environment}; there are ${[...shops.keys()].join(', ')}.`,
  );
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  404: 'Not found',
  409: 'Refused: the state forbids it',
  413: 'Too large',
  421: 'Wrong host',
  422: 'Refused: the request cannot be done',
  500: 'The sandbox failed',
};

function problem(status: number, code: string, detail: string, extra: Readonly<Record<string, unknown>> = {}): Answer {
  return {
    status,
    body: {
      type: 'about:blank',
      title: TITLES[status] ?? 'Problem',
      status,
      code,
      detail,
      requestId: randomUUID(),
      ...extra,
    },
  };
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  if (outgoing.headersSent) return;
  const text = JSON.stringify(body);
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  outgoing.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-sandbox': '1',
  });
  outgoing.end(text);
}
