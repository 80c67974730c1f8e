// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/problem.ts';
import { everyUntilRefused } from '../api/client.ts';
import { LiveChip } from '../shell/live-chip.tsx';
import { LiveProvider } from './live.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const refusal = new ApiProblem({
  type: 'about:blank',
  title: 'Forbidden',
  status: 403,
  code: 'forbidden',
  requestId: 'req-1',
});

it('whoever may not read has no stream, is told so, and is asked for nothing again', async () => {
  const opened: string[] = [];
  const before = globalThis.EventSource;
  globalThis.EventSource = class extends EventTarget {
    constructor(url: string) {
      super();
      opened.push(url);
    }
  } as unknown as typeof EventSource;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  let asked = 0;
  function Screen() {
    useQuery({
      queryKey: ['services'],
      queryFn: () => {
        asked += 1;
        return Promise.reject(refusal);
      },
      retry: false,
      refetchInterval: everyUntilRefused(5000),
    });
    return <LiveChip />;
  }
  try {
    render(
      <QueryClientProvider client={new QueryClient()}>
        <LiveProvider allowed={false}>
          <Screen />
        </LiveProvider>
      </QueryClientProvider>,
    );
    expect(screen.getByText('No permission').parentElement?.title).toContain('aiops:read (role viewer');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(1);
    expect(opened).toEqual([]);
  } finally {
    globalThis.EventSource = before;
  }
});
