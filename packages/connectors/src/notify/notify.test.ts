import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { signWebhook, verifyWebhook } from './standard-webhooks.ts';
import { WebhookSender } from './webhook-sender.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

describe('Standard Webhooks', () => {
  it('signs as the specification example does', () => {
    // standardwebhooks.com, "Signature scheme": its published secret, id, timestamp and payload.
    expect(
      signWebhook(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1614265330,
        '{"test": 2432232314}',
      ),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('verifies its own, and nothing changed, old or unsigned', () => {
    const signature = signWebhook(secret, 'm', 1000, 'body');
    const headers = { id: 'm', timestamp: '1000', signature: `v1,nonsense ${signature}` };
    expect(verifyWebhook(secret, headers, 'body', 1100)).toBe(true);
    expect(verifyWebhook(secret, headers, 'other', 1100)).toBe(false);
    expect(verifyWebhook(secret, headers, 'body', 2000)).toBe(false);
    expect(verifyWebhook(secret, { ...headers, signature: '' }, 'body', 1000)).toBe(false);
  });
});

describe('WebhookSender', () => {
  async function receive(status: number, headers: Record<string, string> = {}) {
    const seen: { headers: IncomingMessage['headers']; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        response.writeHead(status, headers);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const sender = new WebhookSender(new Set([`127.0.0.1:${port}`]));
    const outcome = await sender.send(
      { messageId: 'msg_1', url: `http://127.0.0.1:${port}/hook`, secret, body: '{"a":1}' },
      1,
      new Date(1_700_000_000_000),
      0.5,
    );
    server.closeAllConnections();
    server.close();
    return { outcome, seen };
  }

  it('delivers a message that its receiver can verify', async () => {
    const { outcome, seen } = await receive(204);
    expect(outcome).toEqual({ kind: 'delivered', status: 204 });
    const header = (name: string) => String(seen[0]?.headers[name]);
    expect(
      verifyWebhook(
        secret,
        { id: header('webhook-id'), timestamp: header('webhook-timestamp'), signature: header('webhook-signature') },
        '{"a":1}',
        1_700_000_000,
      ),
    ).toBe(true);
    expect(header('webhook-id')).toBe('msg_1');
  });

  it('takes 410 as gone, retries the rest after its pause or as long as the receiver asks', async () => {
    expect((await receive(410)).outcome).toEqual({ kind: 'gone', status: 410 });
    expect((await receive(500)).outcome).toMatchObject({ kind: 'retry', status: 500, afterMs: 5_000 });
    expect((await receive(429, { 'retry-after': '60' })).outcome).toMatchObject({ kind: 'retry', afterMs: 60_000 });
  });

  it('never sends to an address that is not allowed', async () => {
    const outcome = await new WebhookSender(new Set()).send(
      { messageId: 'm', url: 'http://127.0.0.1:9/', secret, body: '{}' },
      1,
      new Date(),
      0,
    );
    expect(outcome.kind).toBe('refused');
  });
});
