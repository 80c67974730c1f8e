import { setTimeout as sleep } from 'node:timers/promises';
import { part } from '../tests/programs.ts';
import { startRedis } from '../tests/redis-server.ts';
import { call } from '../tests/stand/call.ts';
import { firingAlert } from '../tests/stand/firing-alert.ts';
import { openStand, until, type Stand } from '../tests/stand/stand.ts';
import type { Benchmark, Figure } from './figure.ts';
import { medianOf, percentile } from './figure.ts';

/** What the p99 is compared with: nobody should wait longer. */
const SECOND_MS = 1_000;
const WAIT_MS = 30_000;
/** Rounds that are not counted: connections are made and code is compiled. */
const WARM = 3;

/** Real API, worker and database on one queue, and a target in a process of its own that writes down when it was changed. */
async function measure(queue: 'embedded' | 'Redis', redisUrl: string | undefined, rounds: number): Promise<Figure[]> {
  const targets = Array.from({ length: WARM + rounds }, (_, round) => `level-${round}`);
  const stand = await openStand(targets, redisUrl === undefined ? {} : { REDIS_URL: redisUrl });
  try {
    const [, api, ingest, approver] = await Promise.all([
      stand.worker(),
      stand.api(),
      stand.token('pusher', 'ingest', { source: 'push' }),
      stand.token('approver@demo', 'approver'),
    ]);
    const toIncident: number[] = [];
    for (let round = 0; round < WARM + rounds; round += 1)
      toIncident.push(await alertToIncident(stand, api.ready, ingest, `service-${round}`));
    const toEffect: number[] = [];
    for (const target of targets) toEffect.push(await approvalToEffect(stand, api.ready, approver, target));
    const figure = (name: string, all: readonly number[]): Figure => {
      const counted = all.slice(WARM);
      return medianOf(`${queue}: ${name}`, 'ms', counted, {
        ratio: { to: 'one second', value: percentile(counted, 0.99) / SECOND_MS },
        note: `p99 ${Math.round(percentile(counted, 0.99))} ms, n = ${counted.length}; the ratio is that of the p99`,
      });
    };
    return [figure('alert sent to incident opened', toIncident), figure('approval sent to first effect', toEffect)];
  } finally {
    await stand.close();
  }
}

/** Milliseconds from the first byte of an Alertmanager call to the entry that says that the incident was opened. */
async function alertToIncident(stand: Stand, api: string, token: string, service: string): Promise<number> {
  const sent = Date.now();
  const answer = await call(api, 'POST', '/ingest/alertmanager', { token, body: firingAlert(service, sent) });
  if (answer.status !== 202) throw new Error(`The alert was answered ${answer.status} ${JSON.stringify(answer.json)}`);
  const opened = await until(
    async () => {
      await sleep(50); // looking must not cost what is measured
      const [entry] = await stand.sql<{ at: Date }>(
        `select a.at from audit_entries a join incidents i on i.id = a.incident_id
         where a.verb = 'incident.open' and i.doc ->> 'service' = $1`,
        [service],
      );
      return entry;
    },
    WAIT_MS,
    () => `no incident of ${service}`,
  );
  return opened.at.getTime() - sent;
}

/** Milliseconds from the click on Approve to the effect in the target's own ledger; policy is asked again in between. */
async function approvalToEffect(stand: Stand, api: string, token: string, target: string): Promise<number> {
  const { plan } = await stand.place({ targets: [target], riskClass: 'medium', state: 'draft' });
  const approval = await until(
    () => stand.store.records.approvalOfPlan(stand.workspaceId, plan.id),
    WAIT_MS,
    () => `no approval was asked for ${target}`,
  );
  const sent = Date.now();
  const answer = await call(api, 'POST', `/approvals/${approval.id}/approve`, {
    token,
    body: {},
    headers: { 'if-match': `"${plan.hash}"` },
  });
  if (answer.status !== 200) throw new Error(`Approve answered ${answer.status} ${JSON.stringify(answer.json)}`);
  const effect = await until(
    () => stand.effects([target])[0],
    WAIT_MS,
    () => `no effect on ${target}`,
  );
  return Date.parse(effect.at) - sent;
}

export const loopBenchmark: Benchmark = {
  name: 'loop',
  about:
    'The loop itself, one at a time, through real API, worker and embedded PostgreSQL with the queue on it or on Redis: an alert until its incident is open, and an approval until its first effect at an http target.',
  run: async ({ quick }) => {
    const rounds = quick ? 15 : 100;
    const figures = await measure('embedded', undefined, rounds);
    if (part('redis-server') === undefined)
      return [
        ...figures,
        { name: 'Redis', value: Number.NaN, unit: '', note: 'redis-server is not installed: not measured' },
      ];
    const redis = await startRedis();
    try {
      return [...figures, ...(await measure('Redis', redis.url, rounds))];
    } finally {
      await redis.stop();
    }
  },
};
