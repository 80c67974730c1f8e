import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '@autoops/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { needs, requirePart } from '../parts.ts';
import { startProduct, type Product } from '../product.ts';
import { eventually } from './programs-of-others.ts';

const PROBE = fileURLToPath(new URL('probe.ts', import.meta.url));
const Answers = z.array(z.union([z.string(), z.number()]));
const UUID = '00000000-0000-7000-8000-000000000000';
const suffix = String(process.pid);
const namespace = `autoops-${suffix}`;
const [ours, theirs] = [`ao${suffix}a`, `ao${suffix}b`];
/** A network of two addresses, from a block that is set aside for measurements (RFC 2544): it is nobody's. */
const HERE = '198.18.231.1';
const THERE = '198.18.231.2';

/** Pids of a process and everything it has started. */
function family(root: number): ReadonlySet<number> {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
  const found = new Set([root]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { pid, parent } of parents) if (found.has(parent)) found.add(pid);
  }
  return found;
}

/** TCP ports that these processes listen on, by the kernel's own list. */
function listeningPorts(pids: ReadonlySet<number>): readonly number[] {
  const lines = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' }).trim().split('\n');
  const own = lines.filter((line) => [...line.matchAll(/pid=(\d+)/g)].some(([, pid]) => pids.has(Number(pid))));
  return [...new Set(own.map((line) => Number(/:(\d+)\s/.exec(line)?.[1])))];
}

needs('ip')('from another network namespace', () => {
  const privileged = process.getuid?.() === 0;
  const ip = (...args: readonly string[]) => execFileSync(requirePart('ip'), args, { stdio: 'pipe' });
  const remove = (): void => {
    for (const args of [
      ['netns', 'del', namespace],
      ['link', 'del', ours],
    ]) {
      try {
        ip(...args);
      } catch {
        // it is gone already: the pair goes with its namespace
      }
    }
  };

  function probe(asked: object): readonly (string | number)[] {
    const command = ['netns', 'exec', namespace, process.execPath, PROBE, JSON.stringify(asked)];
    return Answers.parse(
      JSON.parse(execFileSync(requirePart('ip'), command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })),
    );
  }

  const suite = privileged ? describe : describe.skip;
  suite('as root', () => {
    beforeAll(() => {
      process.once('exit', remove);
      ip('netns', 'add', namespace);
      ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', namespace);
      ip('addr', 'add', `${HERE}/30`, 'dev', ours);
      ip('link', 'set', ours, 'up');
      ip('-n', namespace, 'addr', 'add', `${THERE}/30`, 'dev', theirs);
      ip('-n', namespace, 'link', 'set', theirs, 'up');
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    });
    afterAll(() => {
      process.off('exit', remove);
      remove();
    });

    it('no port of the product is open, as it starts by default', async () => {
      let product: Product | undefined;
      const open = createServer((socket) => socket.end());
      try {
        product = await startProduct();
        const { pids } = product;
        // The sandbox is started last: its control API, its database and its balancer count, too.
        await eventually('sandbox', 90, async () => (pids()['sandbox'] === undefined ? undefined : true));
        const up = pids()['up'] ?? 0;
        const ports = await eventually('listening ports', 60, async () => {
          const found = listeningPorts(family(up));
          return found.length >= 8 ? found : undefined;
        });
        expect(ports).toContain(Number(new URL(product.url).port));
        await new Promise<void>((listening) => open.listen(0, '0.0.0.0', listening));
        const control = (open.address() as AddressInfo).port;
        const [reachable, ...answers] = probe({ connect: [control, ...ports].map((port) => ({ host: HERE, port })) });
        expect(reachable).toBe('open'); // so that a refusal below means something
        expect(Object.fromEntries(ports.map((port, place) => [port, answers[place]]))).toEqual(
          Object.fromEntries(ports.map((port) => [port, 'ECONNREFUSED'])),
        );
      } finally {
        open.close();
        await product?.stop();
      }
    });

    it('bound to every address, each route but the public ones answers 401', async () => {
      const product = await startProduct({
        env: { AUTOOPS_DEMO: 'off', AUTOOPS_HOST: '0.0.0.0', AUTOOPS_ALLOWED_HOSTS: HERE },
      });
      try {
        const port = Number(new URL(product.url).port);
        const at = (path: string) => `http://${HERE}:${port}${path.replaceAll(/:[a-z]+/gi, UUID)}`;
        const closed = ROUTES.filter(({ permission }) => permission !== 'public');
        expect(closed.length).toBeGreaterThan(60);
        const answers = probe({ requests: closed.map(({ method, path }) => ({ method, url: at(path) })) });
        expect(Object.fromEntries(closed.map(({ id }, place) => [id, answers[place]]))).toEqual(
          Object.fromEntries(closed.map(({ id }) => [id, 401])),
        );
        // Signing in is public, but nobody is let in: there is no dev login here.
        const [signIn, health] = probe({
          requests: [
            { method: 'POST', url: at('/api/v1/session') },
            { method: 'GET', url: at('/healthz') },
          ],
        });
        expect(Number(signIn)).toBeGreaterThanOrEqual(400);
        expect(health).toBe(200);
        const { pids } = product;
        const others = listeningPorts(family(pids()['up'] ?? 0)).filter((one) => one !== port);
        expect(others.length).toBeGreaterThan(0);
        expect(probe({ connect: others.map((one) => ({ host: HERE, port: one })) })).toEqual(
          others.map(() => 'ECONNREFUSED'),
        );
      } finally {
        await product.stop();
      }
    });
  });
});
