import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject, Target } from '@autoops/contracts';
import { FakeTarget } from '@autoops/pipeline/fakes';
import { describe, expect, it } from 'vitest';
import { targetConnectorConformance } from '../target-connector.conformance.ts';
import { HttpConnector } from './http-connector.ts';
import { addressProblem, OutboundDenied, parseOutboundAllow, pinnedAgent } from './outbound-guard.ts';

const target: Target = {
  key: 'staging/http/pump',
  uid: 'pump-1',
  kind: 'http',
  name: 'pump',
  service: 'checkout',
  environment: 'staging',
};

/** A real server that honours keys and epochs, with its own ledger. */
async function aServer() {
  const ledger: string[] = [];
  const stored = new Map<string, JsonObject>();
  let level = 1;
  let epoch = 0;
  let hang = false;
  let status = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (code: number, body: unknown) => {
        response.writeHead(code, { 'content-type': 'application/json', location: 'http://127.0.0.1:1/' });
        response.end(JSON.stringify(body));
      };
      if (status !== 0) return answer(status, {});
      if (request.method === 'GET') return answer(200, { uid: 'pump-1', owned: { level } });
      const { args, dryRun } = JSON.parse(Buffer.concat(chunks).toString()) as {
        args: { level: number };
        dryRun?: boolean;
      };
      const inverse = { kind: 'set', args: { level } };
      if (dryRun) return answer(200, { ok: true, before: { level }, after: { level: args.level }, inverse });
      const key = String(request.headers['idempotency-key']);
      const known = stored.get(key);
      if (known !== undefined) return answer(200, known);
      const asked = Number(request.headers['autoops-epoch']);
      if (asked < epoch) return answer(412, {});
      epoch = asked;
      const body = { before: { level }, after: { level: args.level }, inverse };
      level = args.level;
      ledger.push(key);
      stored.set(key, body);
      if (hang) return undefined;
      return answer(200, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    ledger,
    set: (next: { hang?: boolean; status?: number }) => {
      hang = next.hang ?? false;
      status = next.status ?? 0;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function aConnector(port: number, keyed = true, allow = `127.0.0.1:${port}`): HttpConnector {
  const base = `http://127.0.0.1:${port}`;
  return new HttpConnector(
    [
      {
        name: 'pump',
        environment: 'staging',
        service: 'checkout',
        url: `${base}/actions`,
        stateUrl: `${base}/state`,
        keyed,
      },
    ],
    parseOutboundAllow(allow),
  );
}

targetConnectorConformance('the http connector', async () => {
  const server = await aServer();
  return {
    connector: aConnector(server.port),
    target,
    setLevel: (level) => ({ kind: 'set', args: { level } }),
    effects: () => server.ledger,
    stop: server.stop,
  };
});

targetConnectorConformance('the fake', async () => {
  const fake = new FakeTarget();
  fake.put(target, { level: 1 });
  return {
    connector: fake,
    target,
    setLevel: (level) => ({ kind: 'set', args: { level } }),
    effects: () => fake.effects.map((effect) => effect.opId),
    stop: async () => undefined,
  };
});

describe('the http connector', () => {
  const request = { opId: 'op-1', epoch: 1, target, action: { kind: 'set', args: { level: 4 } }, timeoutMs: 300 };

  it('calls a time-out unknown, and learns from a keyed target what became of it', async () => {
    const server = await aServer();
    server.set({ hang: true });
    const keyed = aConnector(server.port);
    expect(await keyed.execute(request)).toMatchObject({ kind: 'unknown' });
    server.set({});
    expect(await keyed.outcomeOf(request)).toMatchObject({ kind: 'applied' });
    expect(await aConnector(server.port, false).outcomeOf(request)).toMatchObject({ kind: 'unknown' });
    expect(server.ledger).toEqual(['op-1']);
    await server.stop();
  });

  it.each([
    [503, { kind: 'failed', retryable: true }],
    [403, { kind: 'failed', retryable: false }],
    [302, { kind: 'failed', retryable: false }],
    [500, { kind: 'unknown' }],
  ])('reads %i as %o and follows no redirect', async (status, outcome) => {
    const server = await aServer();
    server.set({ status });
    expect(await aConnector(server.port).execute(request)).toMatchObject(outcome);
    await server.stop();
  });

  it('does not call a loopback address that the operator did not allow', async () => {
    const server = await aServer();
    expect(await aConnector(server.port, true, '').execute(request)).toMatchObject({
      kind: 'failed',
      retryable: false,
    });
    expect(server.ledger).toEqual([]);
    await server.stop();
  });

  it('knows that a refused connection sent nothing', async () => {
    const server = await aServer();
    await server.stop();
    expect(await aConnector(server.port).execute(request)).toMatchObject({ kind: 'failed', retryable: true });
  });
});

describe('the outbound guard', () => {
  it.each([
    ['127.0.0.1', false, true],
    ['127.0.0.1', true, false],
    ['10.1.2.3', false, true],
    ['192.168.0.9', true, false],
    ['::1', false, true],
    ['::ffff:127.0.0.1', false, true],
    ['fd00::1', false, true],
    ['0.0.0.0', false, true],
    ['169.254.169.254', true, true],
    ['fe80::1', true, true],
    ['fd00:ec2::254', true, true],
    ['93.184.216.34', false, false],
    ['2606:2800:220:1:248:1893:25c8:1946', false, false],
  ])('address %s, allowed %s: denied %s', (address, allowed, denied) => {
    expect(addressProblem(address, allowed) !== undefined).toBe(denied);
  });

  it('checks every address of a name and refuses when one is private', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await expect(
      pinnedAgent(new URL('https://example.test/'), { allow: new Set(), connectMs: 100, resolve }),
    ).rejects.toBeInstanceOf(OutboundDenied);
  });

  it('takes exact host:port pairs only', () => {
    expect([...parseOutboundAllow('a.internal:9090, 10.0.0.1:80')]).toEqual(['a.internal:9090', '10.0.0.1:80']);
    expect(() => parseOutboundAllow('*.internal')).toThrow(/host:port/);
  });
});
