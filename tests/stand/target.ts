// A target of the http tool as a process of its own: levels that can be set, a ledger of every effect that AutoOps cannot write to,
// a receiver of notifications, and metrics that are as they are whatever is done. Started as `node target.ts DIRECTORY`.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';

type Json = Record<string, unknown>;
type Level = { uid: string; owned: Json; observed: Json; epoch: number };

const directory = process.argv[2] ?? '.';
const effects = openSync(join(directory, 'effects.jsonl'), 'a');
const calls = openSync(join(directory, 'calls.jsonl'), 'a');
const messages = openSync(join(directory, 'messages.jsonl'), 'a');
const levels = new Map<string, Level>();
const answers = new Map<string, Json>();

/** The line is on the disk when this returns: a ledger that forgets proves nothing. */
function record(file: number, line: Json): void {
  writeSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
  if (file === effects) fsyncSync(file);
}

function levelOf(name: string): Level {
  const known = levels.get(name) ?? { uid: `uid-${name}`, owned: { level: 0 }, observed: { busy: false }, epoch: 0 };
  levels.set(name, known);
  return known;
}

/** Does what was asked for once under its key; a name that begins with `opaque` knows no keys and does it every time. */
function act(name: string, body: Json, key: string | undefined, epoch: number): { status: number; body: Json } {
  const target = levelOf(name);
  const keyed = !name.startsWith('opaque');
  const before = { level: target.owned['level'] };
  const args = (body['args'] ?? {}) as Json;
  const after = { level: args['level'] };
  const inverse = { kind: 'set-level', args: { level: before.level } };
  if (body['dryRun'] === true) {
    record(calls, { name, dryRun: true });
    return { status: 200, body: { ok: true, before, after, inverse } };
  }
  record(calls, { name, key, epoch });
  if (keyed && key === undefined) return { status: 400, body: { detail: 'Send an Idempotency-Key.' } };
  const stored = keyed && key !== undefined ? answers.get(key) : undefined;
  if (stored !== undefined) return { status: 200, body: stored };
  if (body['targetUid'] !== target.uid) return { status: 412, body: { detail: 'It is another object now.' } };
  if (epoch < target.epoch) return { status: 412, body: { detail: 'Somebody newer has been here.' } };
  record(effects, { opId: key ?? 'none', kind: body['action'], target: name, before, after });
  target.epoch = epoch;
  target.owned = { ...target.owned, ...after };
  const answer = { before, after, inverse };
  if (keyed && key !== undefined) answers.set(key, answer);
  return { status: 200, body: answer };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://target');
  const [, kind = '', name = ''] = url.pathname.split('/');
  const reply = (status: number, body: Json | string) => {
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  if (kind === 'metrics') {
    return reply(
      200,
      '# TYPE client_errors gauge\nclient_errors{service="till"} 0\nclient_errors{service="bakery"} 0.5\n',
    );
  }
  if (kind === 'messages') {
    record(messages, { id: request.headers['webhook-id'], body: JSON.parse(text) as Json });
    return reply(204, '');
  }
  if (kind === 'levels' && request.method === 'GET') return reply(200, { ...levelOf(name) });
  if (kind === 'levels') {
    const key = request.headers['idempotency-key'];
    const { status, body } = act(
      name,
      JSON.parse(text) as Json,
      typeof key === 'string' ? key : undefined,
      Number(request.headers['autoops-epoch'] ?? 0),
    );
    return reply(status, body);
  }
  // Somebody else's hand: another uid, other owned or observed fields.
  if (kind === 'hand') {
    const change = JSON.parse(text) as Partial<Level>;
    const target = levelOf(name);
    levels.set(name, {
      ...target,
      ...change,
      owned: { ...target.owned, ...change.owned },
      observed: { ...target.observed, ...change.observed },
    });
    return reply(204, '');
  }
  reply(404, 'There is no such thing here.');
}

const server = createServer((request, response) => {
  answer(request, response).catch((fault: unknown) => {
    response.writeHead(500);
    response.end(String(fault));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`port ${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  for (const file of [effects, calls, messages]) closeSync(file);
});
