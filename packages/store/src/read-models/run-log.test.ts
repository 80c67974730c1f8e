import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEntry, storeARun } from '../test-records.ts';
import { openTestStore, type TestStore } from '../test-store.ts';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

it('finds the next and the last failure, and a text, in the whole log of one run', async () => {
  const { store, workspaceId } = test;
  const { incident, run } = await storeARun(store, workspaceId);
  const { run: other } = await storeARun(store, workspaceId);
  const lines = Array.from({ length: 60 }, (_none, index) => ({
    at: '2026-01-15T12:00:00.000Z',
    level: index === 9 ? ('warn' as const) : index === 49 ? ('error' as const) : ('info' as const),
    text: `replica ${index + 1}${index === 29 ? ' 100 % Ready_now' : ''}`,
  }));
  const written = await store.state.commit({
    workspaceId,
    writes: [
      { kind: 'run-log.append', runId: run.id, lines },
      { kind: 'run-log.append', runId: other.id, lines: lines.slice(0, 10) },
    ],
    audit: [anEntry(incident.id)],
  });
  expect(written.ok).toBe(true);
  const found = async (query: object) => {
    const answer = await store.readModels.runLog(workspaceId, run.id, { from: 1, limit: 1, ...query });
    return [answer.total, ...answer.lines.map(({ line }) => line)];
  };
  expect(await found({})).toEqual([60, 1]);
  expect(await found({ failures: true, from: 11 })).toEqual([2, 50]);
  expect(await found({ failures: true, until: 49, order: 'newest' })).toEqual([2, 10]);
  expect(await found({ failures: true, order: 'newest' })).toEqual([2, 50]);
  expect(await found({ failures: true, from: 51 })).toEqual([2]);
  expect(await found({ text: 'READY_NOW' })).toEqual([1, 30]);
  expect(await found({ text: '100 %' })).toEqual([1, 30]);
  expect(await found({ text: 'replica%1' })).toEqual([0]);
});
