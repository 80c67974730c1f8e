import { Shop } from '../tests/scenarios/shop.ts';
import type { Benchmark } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

const seconds = (samples: readonly number[]): string =>
  `p99 ${Math.round(percentile(samples, 0.99))} ms, n = ${samples.length}`;

export const faultBenchmark: Benchmark = {
  name: 'fault',
  about:
    'The noisy job in production of the running sandbox: fault, incident, approval by a person, effects. Scrapes are a second apart.',
  run: async ({ quick }) => {
    const shop = await Shop.open('prod');
    const sinceBreak: number[] = [];
    const sinceSample: number[] = [];
    const toEffect: number[] = [];
    try {
      for (let round = 0; round < (quick ? 2 : 8); round += 1) {
        await shop.heal();
        const broken = Date.now();
        await shop.break('noisy-job');
        const incident = await shop.incident(60);
        const opened = (await shop.audit(incident.id)).find(({ verb }) => verb === 'incident.open');
        const known = Date.parse(opened?.at ?? incident.openedAt);
        sinceBreak.push(known - broken);
        const first = Math.min(...incident.anomalies.map(({ openedAt }) => Date.parse(openedAt)));
        sinceSample.push(known - first);
        const plan = await shop.planOf(incident.id, 60);
        const decided = Date.now();
        const run = await shop.execute(plan);
        const effects = await shop.ended(run.id, 240).then(() => shop.effects());
        const dispatched = effects.map(({ at }) => Date.parse(at)).filter((at) => at >= decided);
        if (dispatched.length > 0) toEffect.push(Math.min(...dispatched) - decided);
        await shop.closed(incident.id, 60);
      }
    } finally {
      await shop.close();
    }
    return [
      medianOf('fault to incident', 'ms', sinceBreak, {
        note: `${seconds(sinceBreak)}; the fault itself takes seconds to show`,
      }),
      medianOf('first abnormal sample to incident', 'ms', sinceSample, {
        ratio: { to: 'the second between two scrapes', value: percentile(sinceSample, 0.5) / 1000 },
        note: seconds(sinceSample),
      }),
      medianOf('approval to first effect', 'ms', toEffect, {
        ratio: { to: 'the second that is allowed', value: percentile(toEffect, 0.5) / 1000 },
        note: `${seconds(toEffect)}; both clicks counted in (execute and approve)`,
      }),
    ];
  },
};
