import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Forwarder, type LogRecord } from './forwarder.ts';

/** Stands in for AutoOps: keeps what it took, and refuses with `refusal` while that is set. */
class FakeIngest {
  readonly taken: { path: string; type: string | undefined; authorization: string | undefined; body: unknown }[] = [];
  refusal: number | undefined;
  asked = 0;
  readonly server: Server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
    incoming.on('end', () => {
      this.asked += 1;
      if (this.refusal === undefined) {
        this.taken.push({
          path: incoming.url ?? '',
          type: incoming.headers['content-type'],
          authorization: incoming.headers.authorization,
          body: JSON.parse(text),
        });
      }
      outgoing.writeHead(this.refusal ?? 202, { 'retry-after': '0.5' }).end('{}');
    });
  });
}

const record = (body: string): LogRecord => ({
  timestamp: '2026-01-15T12:00:00.000Z',
  severity: 'warn',
  body,
  labels: { service: 'checkout', environment: 'staging' },
});
let ingest: FakeIngest;
let forwarder: Forwarder;

beforeEach(async () => {
  ingest = new FakeIngest();
  await new Promise<void>((resolve) => ingest.server.listen(0, '127.0.0.1', resolve));
  const { port } = ingest.server.address() as AddressInfo;
  forwarder = new Forwarder({ baseUrl: `http://127.0.0.1:${port}`, token: 'secret', flushEveryMs: 50 });
});
afterEach(async () => {
  await forwarder.stop();
  ingest.server.closeAllConnections();
  await new Promise((resolve) => ingest.server.close(resolve));
});

describe('Forwarder', () => {
  it('sends events at once and logs in batches, with the token', async () => {
    forwarder.event({ id: 'one' });
    forwarder.record(record('first'));
    forwarder.record(record('second'));
    await expect
      .poll(() => ingest.taken)
      .toEqual([
        {
          path: '/api/v1/ingest/events',
          type: 'application/cloudevents+json',
          authorization: 'Bearer secret',
          body: { id: 'one' },
        },
        {
          path: '/api/v1/ingest/logs',
          type: 'application/json',
          authorization: 'Bearer secret',
          body: { records: [record('first'), record('second')] },
        },
      ]);
  });

  it.each([429, 503])('keeps what was answered %i and sends it again, in order', async (status) => {
    ingest.refusal = status;
    forwarder.event({ id: 'one' });
    forwarder.event({ id: 'two' });
    await sleep(200);
    expect(ingest.asked).toBeGreaterThan(0);
    expect(forwarder.figures).toEqual({ dropped: 0, waiting: 2 });
    ingest.refusal = undefined;
    await expect
      .poll(() => ingest.taken.map(({ body }) => body), { timeout: 3000 })
      .toEqual([{ id: 'one' }, { id: 'two' }]);
  });

  it('does not repeat what was refused for good, and counts it', async () => {
    ingest.refusal = 400;
    forwarder.event({ id: 'bad' });
    await expect.poll(() => forwarder.figures).toEqual({ dropped: 1, waiting: 0 });
    expect(ingest.asked).toBe(1);
  });

  it('drops the oldest logs beyond 5000 while nobody takes them', async () => {
    ingest.refusal = 503;
    for (let index = 0; index < 6000; index += 1) forwarder.record(record(`line ${index}`));
    expect(forwarder.figures).toEqual({ dropped: 1000, waiting: 5000 });
  });
});
