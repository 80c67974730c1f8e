import { call } from '../tests/stand/call.ts';
import { openStand, until, type Placed } from '../tests/stand/stand.ts';
import type { Benchmark } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

/**
 * With no sample above a second among n, the share of clicks above it is below 1 % at 95 % confidence from n = 299 on
 * (0.99 ** 299 < 0.05): fewer would not carry a claim about a 99th percentile.
 */
const CLICKS = 300;
/** Runs that are verified side by side before any of them is rolled back. */
const BATCH = 50;
const PATIENCE_MS = 60_000;

export const rollbackBenchmark: Benchmark = {
  name: 'rollback',
  about:
    'Click on Roll back to the first undo effect: POST /runs/{id}/rollback to a real API, a real worker on embedded PostgreSQL, and the target’s own ledger; one verified run after the other, each with a target of its own.',
  run: async ({ quick }) => {
    const clicks = quick ? BATCH : CLICKS;
    const names = Array.from({ length: clicks }, (_, index) => `undone-${index}`);
    const stand = await openStand(names);
    try {
      const [, api] = await Promise.all([stand.worker(), stand.api()]);
      const token = await stand.token('roller@demo', 'operator');
      const toEffect: number[] = [];
      const toAnswer: number[] = [];
      // Two rolled-back runs open the runbook's circuit breaker for new ones: all are verified before the first click.
      const runs: { name: string; runId: string }[] = [];
      for (let from = 0; from < clicks; from += BATCH) {
        const batch: { name: string; placed: Placed }[] = [];
        for (const name of names.slice(from, from + BATCH)) {
          const placed = await stand.place({ targets: [name] });
          await stand.execute(placed);
          batch.push({ name, placed });
        }
        for (const { name, placed } of batch) {
          const run = await until(
            async () => {
              const seen = await stand.runOf(placed);
              return seen?.state === 'succeeded' ? seen : undefined;
            },
            PATIENCE_MS,
            async () => `run of ${name}: ${JSON.stringify((await stand.runOf(placed))?.state)}`,
          );
          runs.push({ name, runId: run.id });
        }
      }
      for (const { name, runId } of runs) {
        const clicked = Date.now();
        const { status, json } = await call(api.ready, 'POST', `/runs/${runId}/rollback`, { token, body: {} });
        if (status !== 202) throw new Error(`Roll back answered ${status}: ${JSON.stringify(json)}`);
        toAnswer.push(Date.now() - clicked);
        const undone = await until(
          () => stand.effects([name]).at(1),
          PATIENCE_MS,
          () => `no undo effect at ${name}`,
        );
        if (undone.after.level !== 0) throw new Error(`${name} was not put back.`);
        toEffect.push(Date.parse(undone.at) - clicked);
      }
      const late = toEffect.filter((ms) => ms > 1_000).length;
      return [
        medianOf('click on Roll back to first undo effect', 'ms', toEffect, {
          ratio: { to: 'the second that is allowed', value: percentile(toEffect, 0.99) / 1_000 },
          note: `p95 ${percentile(toEffect, 0.95)} ms, p99 ${percentile(toEffect, 0.99)} ms, n = ${clicks}, above a second: ${late}; ratio is of the p99`,
        }),
        medianOf('click on Roll back to its answer', 'ms', toAnswer, {
          note: `p99 ${percentile(toAnswer, 0.99)} ms`,
        }),
      ];
    } finally {
      await stand.close();
    }
  },
};
