import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../testing/test-api.ts';
import { storeIncident, type TestIncident } from '../testing/test-incident.ts';

const ROUNDS = 40;
/** On a machine that stalls, so many are needed before a median tells anything. */
const MOST_ROUNDS = 160;
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

/** The median with its 99.9 % interval from the order statistics (sign test: Conover, Practical Nonparametric Statistics, 3.2). */
function median(values: readonly number[]): { low: number; middle: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const reach = 3.29 * Math.sqrt(sorted.length / 4);
  const at = (place: number): number => sorted[Math.min(Math.max(Math.round(place), 0), sorted.length - 1)] ?? 0;
  const half = (sorted.length - 1) / 2;
  return { low: at(half - reach), middle: at(half), high: at(half + reach) };
}

it.each([
  ['/api/v1/incidents/', () => foreign.incident.id],
  ['/api/v1/plans/', () => foreign.plan.id],
  ['/api/v1/runs/', () => foreign.runId ?? ''],
  ['/api/v1/approvals/', () => foreign.approval?.id ?? ''],
] as const)('%s answers a foreign id as a missing one, and as fast', async (path, foreignId) => {
  const apart: number[] = [];
  const answers = { foreign: '', missing: '' };
  const ask = async (which: 'foreign' | 'missing', id: string): Promise<number> => {
    const start = performance.now();
    const answer = await api.call('GET', path + id, { token });
    const took = performance.now() - start;
    const { requestId: _request, instance: _instance, ...problem } = answer.json;
    answers[which] = JSON.stringify({ status: answer.status, problem });
    await new Promise((next) => setTimeout(next, 15)); // below the limit of requests a second
    return took;
  };
  const id = foreignId();
  expect(id).not.toBe('');
  let told = median(apart);
  const unsure = (): boolean => told.high >= TELLING || told.low <= -TELLING;
  for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && unsure()); round += 1) {
    // Taking turns, and in either order, both meet the same machine.
    const foreignFirst = round % 2 === 0;
    const first = foreignFirst ? await ask('foreign', id) : await ask('missing', randomUUID());
    const second = foreignFirst ? await ask('missing', randomUUID()) : await ask('foreign', id);
    apart.push(foreignFirst ? first - second : second - first);
    told = median(apart);
  }
  expect(JSON.parse(answers.foreign)).toMatchObject({ status: 404 });
  expect(answers.foreign).toBe(answers.missing);
  // Shown to be apart only where the whole interval is.
  expect(told.low, JSON.stringify(told)).toBeLessThan(TELLING);
  expect(told.high, JSON.stringify(told)).toBeGreaterThan(-TELLING);
});
