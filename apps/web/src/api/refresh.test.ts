import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refresh, refreshOutdated } from './refresh.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page that shows incidents; `answers` says how many milliseconds each answer takes, the last one all further ones, and null that it fails. */
function shown(...answers: readonly (number | null)[]) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: 2, retryDelay: 60_000 } } });
  refreshOutdated(client);
  const asked: AbortSignal[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ['incidents', 'all'],
    queryFn: ({ signal }) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(signal);
      const count = asked.length;
      if (answer === null) return Promise.reject(new Error('lost'));
      return new Promise<number>((resolve) => setTimeout(() => resolve(count), answer));
    },
  });
  observer.subscribe(() => undefined);
  return { client, asked, seen: () => observer.getCurrentResult().data };
}

describe('reading anew', () => {
  it('asks at once for what is at rest, and only for what has changed', async () => {
    const { client, asked, seen } = shown(100);
    await vi.advanceTimersByTimeAsync(150);
    refresh(client, 'services');
    expect(asked).toHaveLength(1);
    refresh(client, 'incidents');
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(150);
    expect(seen()).toBe(2);
  });

  it('cuts no answer off in a storm of events, shows it, and asks once more', async () => {
    const { client, asked, seen } = shown(1000);
    await vi.advanceTimersByTimeAsync(1100);
    for (let event = 0; event < 10; event += 1) {
      refresh(client, 'incidents');
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked).toHaveLength(3);
    expect(seen()).toBe(2);
    await vi.advanceTimersByTimeAsync(1100);
    expect(seen()).toBe(3);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(3);
    expect(asked.some(({ aborted }) => aborted)).toBe(false);
  });

  it('asks once more for what changed while it was asked for the first time', async () => {
    const { client, seen } = shown(1000);
    await vi.advanceTimersByTimeAsync(500);
    refresh(client);
    await vi.advanceTimersByTimeAsync(2000);
    expect(seen()).toBe(2);
  });

  it('gives up an answer that does not come', async () => {
    const { client, asked, seen } = shown(100, 3_600_000, 100);
    await vi.advanceTimersByTimeAsync(150);
    refresh(client, 'incidents');
    refresh(client, 'incidents');
    await vi.advanceTimersByTimeAsync(5000);
    expect(seen()).toBe(1);
    refresh(client, 'incidents');
    await vi.advanceTimersByTimeAsync(150);
    expect(asked.map(({ aborted }) => aborted)).toEqual([false, true, false]);
    expect(seen()).toBe(3);
  });

  it('does not wait with one that failed and is to be tried again much later', async () => {
    const { client, asked, seen } = shown(100, null, 100);
    await vi.advanceTimersByTimeAsync(150);
    refresh(client, 'incidents');
    await vi.advanceTimersByTimeAsync(150);
    expect(asked).toHaveLength(2);
    refresh(client, 'incidents');
    await vi.advanceTimersByTimeAsync(150);
    expect(seen()).toBe(3);
  });
});
