import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { startProduct } from '../tests/product.ts';
import type { Benchmark, Figure } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

const MIB = 1024;

/** A line of a file of /proc in KiB. */
function kib(path: string, line: string): number {
  return Number(new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(path, 'utf8'))?.[1]);
}

const resident = (pid: number): number => kib(`/proc/${pid}/status`, 'VmRSS') / MIB;

/** Memory of a process and its children, shared pages counted once among those that share them: what PostgreSQL's buffers ask for. */
function proportional(root: number): number {
  const parentOf = (pid: string): number =>
    Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  let sum = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (Number(pid) === root || parentOf(pid) === root) sum += kib(`/proc/${pid}/smaps_rollup`, 'Pss') / MIB;
    } catch {
      continue; // it has ended meanwhile
    }
  }
  return sum;
}

export const memoryBenchmark: Benchmark = {
  name: 'memory',
  about: 'Memory at rest, without demo and without signals, a minute after the start (quick: 15 s).',
  run: async ({ quick }) => {
    const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const product = await startProduct({ env: { AUTOOPS_DEMO: 'off' } });
    try {
      await new Promise((resolve) => setTimeout(resolve, quick ? 15_000 : 60_000));
      const pids = product.pids();
      const samples: Record<string, number[]> = {};
      for (let turn = 0; turn < 10; turn += 1) {
        for (const name of ['up', 'api', 'worker']) (samples[name] ??= []).push(resident(pids[name] ?? 0));
        (samples['postgres'] ??= []).push(proportional(pids['postgres'] ?? 0));
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      const empty = resident(bare.pid ?? 0);
      const titles: Record<string, string> = {
        api: 'API',
        worker: 'worker',
        up: 'supervisor',
        postgres: 'PostgreSQL with its children',
      };
      const figures: Figure[] = Object.entries(titles).map(([name, title]) => {
        const found = samples[name] ?? [];
        return medianOf(title, 'MiB', found, {
          ...(name === 'postgres'
            ? { note: 'proportional share (PSS)' }
            : { ratio: { to: 'an empty Node process', value: percentile(found, 0.5) / empty } }),
        });
      });
      return [...figures, { name: 'together', value: figures.reduce((sum, { value }) => sum + value, 0), unit: 'MiB' }];
    } finally {
      bare.kill();
      await product.stop();
    }
  },
};
