import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';
import { storeIncident, type TestIncident } from '../testing/test-incident.ts';

const ROUNDS = 40;
/** What a stranger could learn from the time of an answer: less than this, security.md. In ms. */
const TELLING = 5;

let api: TestApi;
let token: string;
let foreign: TestIncident;
beforeAll(async () => {
  api = await openTestApi();
  token = await api.token('admin');
  foreign = await storeIncident(api.adapters, api.otherWorkspaceId, { planState: 'awaiting-approval', withRun: true });
});
afterAll(() => api?.close());

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

it.each([
  ['/api/v1/incidents/', () => foreign.incident.id],
  ['/api/v1/plans/', () => foreign.plan.id],
  ['/api/v1/runs/', () => foreign.runId ?? ''],
  ['/api/v1/approvals/', () => foreign.approval?.id ?? ''],
] as const)('%s answers a foreign id as a missing one, and as fast', async (path, foreignId) => {
  const times = { foreign: [] as number[], missing: [] as number[] };
  const answers = { foreign: '', missing: '' };
  const ask = async (which: 'foreign' | 'missing', id: string): Promise<void> => {
    const start = performance.now();
    const answer = await api.call('GET', path + id, { token });
    times[which].push(performance.now() - start);
    const { requestId: _request, instance: _instance, ...problem } = answer.json;
    answers[which] = JSON.stringify({ status: answer.status, problem });
    await new Promise((next) => setTimeout(next, 15)); // below the limit of requests a second
  };
  const id = foreignId();
  expect(id).not.toBe('');
  for (let round = 0; round < ROUNDS; round += 1) {
    // Taking turns, and in either order, both meet the same machine.
    const asks = [() => ask('foreign', id), () => ask('missing', randomUUID())];
    for (const one of round % 2 === 0 ? asks : asks.toReversed()) await one();
  }
  expect(JSON.parse(answers.foreign)).toMatchObject({ status: 404 });
  expect(answers.foreign).toBe(answers.missing);
  const apart = Math.abs(median(times.foreign) - median(times.missing));
  expect(apart, `medians ${median(times.foreign)} and ${median(times.missing)} ms`).toBeLessThan(TELLING);
});
