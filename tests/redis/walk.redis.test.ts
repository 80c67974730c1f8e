import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../parts.ts';
import { startProduct, type Product } from '../product.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';

const cli = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

needs('redis-server')('the product on Redis', () => {
  let redis: RedisServer;
  let product: Product;
  let out: string;
  beforeAll(async () => {
    redis = await startRedis();
    product = await startProduct({ env: { REDIS_URL: redis.url } });
    out = mkdtempSync(join(tmpdir(), 'autoops-redis-walk-'));
  });
  afterAll(async () => {
    const code = await product?.stop();
    await redis?.stop();
    rmSync(out, { recursive: true, force: true });
    expect(code).toBe(0);
  });

  // A starved machine makes the shop storm by itself, whatever the queue: the walk then starts again from a healed shop.
  it(
    'walks to a verified outcome in staging, though everything in Redis is forgotten in the middle of the run',
    { retry: 1 },
    async () => {
      let forgotten = 0;
      const { code, output } = await walk(async (line) => {
        if (forgotten > 0 || !/^6 .*: applied/.test(line)) return;
        forgotten += 1;
        await redis.flush();
      });
      expect(output).toContain('Outcome: verified');
      expect(code).toBe(0);
      expect(forgotten).toBe(1);
      expect(product.output()).toContain('"queue":"redis"');
      for (const file of ['brief.pdf', 'bundle.json']) expect(existsSync(join(out, file))).toBe(true);
    },
  );

  /** Runs `autoops demo walk` as a person does and shows each line to `look`. */
  function walk(look: (line: string) => Promise<void>): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [cli, 'demo', 'walk', '--environment', 'staging', '--out', out], {
      env: { ...process.env, AUTOOPS_DATA_DIR: product.dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    return new Promise((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        for (const line of chunk.toString().split('\n')) look(line).catch(reject);
      });
      child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.once('close', (code) => resolve({ code, output }));
    });
  }
});
