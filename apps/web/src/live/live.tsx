import type { LiveEvent } from '@autoops/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { refresh } from '../api/refresh.ts';
import { useNow } from '../format/clock.tsx';
import { announce } from './announcer.tsx';
import { affectedBy } from './invalidate.ts';
import { joinLive, type LiveState } from './stream.ts';

/** Durable events are shown at once (p95 500 ms from event to pixel); ticks are gathered, so that 12 charts refetch once. */
const EVENT_WAIT_MS = 60;
const TICK_WAIT_MS = 1000;
/** Twice the server's heartbeat of 15 s: after it, silence is no longer normal. */
const STALE_AFTER_MS = 30_000;

interface LiveValue {
  readonly state: LiveState;
  readonly lastAt: number | undefined;
  readonly subscribe: (listener: (event: LiveEvent) => void) => () => void;
}
const LiveContext = createContext<LiveValue>({
  state: 'connecting',
  lastAt: undefined,
  subscribe: () => () => undefined,
});

const SPOKEN: Readonly<Record<string, string>> = {
  'incident.opened': 'A new incident opened',
  'incident.closed': 'An incident closed',
  'approval.changed': 'An approval changed',
};

/** Connects the page to the live stream for as long as whoever is signed in may read; without `allowed` nothing is asked for. */
export function LiveProvider({ allowed, children }: { readonly allowed: boolean; readonly children: ReactNode }) {
  const client = useQueryClient();
  const [heard, setState] = useState<LiveState>('connecting');
  const state = allowed ? heard : 'forbidden';
  const lastAt = useRef<number | undefined>(undefined);
  const listeners = useRef(new Set<(event: LiveEvent) => void>());

  useEffect(() => {
    if (!allowed) return;
    const old = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due = Number.POSITIVE_INFINITY;
    const flush = (): void => {
      timer = undefined;
      due = Number.POSITIVE_INFINITY;
      for (const resource of old) refresh(client, resource);
      old.clear();
    };
    const schedule = (wait: number): void => {
      if (Date.now() + wait >= due) return;
      clearTimeout(timer);
      due = Date.now() + wait;
      timer = setTimeout(flush, wait);
    };
    const leave = joinLive({
      onState: (next) => {
        if (next === 'live') lastAt.current = Date.now();
        setState(next);
      },
      onPoll: () => refresh(client),
      onEvent: (event) => {
        lastAt.current = Date.now();
        const words = SPOKEN[event.type];
        if (words !== undefined) announce(words);
        for (const resource of affectedBy(event)) old.add(resource);
        schedule(event.type === 'service.tick' || event.type === 'audit.appended' ? TICK_WAIT_MS : EVENT_WAIT_MS);
        for (const listener of listeners.current) listener(event);
      },
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [client, allowed]);

  const value = useMemo<LiveValue>(
    () => ({
      state,
      get lastAt() {
        return lastAt.current;
      },
      subscribe: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <LiveContext value={value}>{children}</LiveContext>;
}

/** How alive the page is: live, stale since so many seconds, polling, offline, or not for whoever is signed in. */
export function useLiveness(): { readonly state: LiveState | 'stale'; readonly ageSeconds: number | undefined } {
  const { state, lastAt } = use(LiveContext);
  const now = useNow();
  const age = lastAt === undefined ? undefined : Math.max(0, now.getTime() - lastAt);
  if (state === 'live' && age !== undefined && age > STALE_AFTER_MS) return { state: 'stale', ageSeconds: age / 1000 };
  return { state, ageSeconds: age === undefined ? undefined : age / 1000 };
}

/** Why actions are off while the server cannot be reached; undefined when they are on. */
export function useOfflineReason(): string | undefined {
  const { state } = useLiveness();
  return state === 'offline' ? 'The server cannot be reached; nothing can be changed until it can.' : undefined;
}
