import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { KEEP_ALIVE } from '../constants.ts';

export type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Listens on a free loopback port (0: a fixed one could be taken by an outgoing socket); returns the server and its port. */
export async function listen(handler: Handler): Promise<{ server: Server; port: number }> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE.serverMs, headersTimeout: 60_000, requestTimeout: 0 },
    handler,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Answers with a JSON body. */
export function answer(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (outgoing.destroyed || outgoing.headersSent) return; // the caller gave up: nothing to tell
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  outgoing.end(text);
}

/** Answers with the registry in the Prometheus text format. */
export function answerMetrics(outgoing: ServerResponse, registry: Registry): void {
  registry.metrics().then(
    (text) => {
      outgoing.writeHead(200, { 'content-type': registry.contentType, 'content-length': Buffer.byteLength(text) });
      outgoing.end(text);
    },
    () => answer(outgoing, 500, { detail: 'metrics could not be read' }),
  );
}

/** What came back: `timed-out` and `unreachable` are outcomes, not exceptions. */
export type Reply = { status: number; replica: string | undefined; body: string } | 'timed-out' | 'unreachable';

const agent = new Agent({ keepAlive: true, maxFreeSockets: 64, timeout: KEEP_ALIVE.clientMs });

/** Calls a loopback port; resolves after the whole body or the time-out, never rejects. */
export function call(
  port: number,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return new Promise((resolve) => {
    let settled = false;
    const outgoing = request({ host: '127.0.0.1', port, method, path, agent, headers }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (body += chunk));
      incoming.on('end', () => {
        const replica = incoming.headers['x-replica'];
        settle({ status: incoming.statusCode ?? 0, replica: typeof replica === 'string' ? replica : undefined, body });
      });
      incoming.on('error', () => settle('unreachable'));
    });
    const timer = setTimeout(() => {
      settle('timed-out');
      outgoing.destroy();
    }, timeoutMs);
    function settle(reply: Reply): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(reply);
    }
    outgoing.on('error', () => settle('unreachable'));
    outgoing.end();
  });
}
