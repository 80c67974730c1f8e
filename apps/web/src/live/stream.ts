import type { LiveEvent, LiveEventType } from '@autoops/contracts';
import { OLDEST_ANSWER_MS } from '../first-page/answers.ts';

/** Every type that the server sends; the type check fails when the contract gets another. */
export const EVENT_TYPES = [
  'incident.opened',
  'incident.changed',
  'incident.closed',
  'anomaly.opened',
  'anomaly.changed',
  'anomaly.labelled',
  'annotation.changed',
  'forecast.frozen',
  'plan.changed',
  'approval.changed',
  'run.changed',
  'run.log',
  'narrative.written',
  'audit.appended',
  'control.changed',
  'config.changed',
  'delivery.changed',
  'service.tick',
] as const satisfies readonly LiveEventType[];
const complete: Exclude<LiveEventType, (typeof EVENT_TYPES)[number]> extends never ? true : never = true;
void complete;

/** `forbidden`: whoever is signed in may not read, so that there is no stream and nothing to wait for. */
export type LiveState = 'connecting' | 'live' | 'polling' | 'offline' | 'forbidden';

export interface LiveMessage {
  readonly kind: 'event' | 'state';
  readonly event?: LiveEvent;
  readonly state?: LiveState;
  /** Where the stream stands: every tab keeps it, so that whichever leads next resumes there. */
  readonly at?: string;
  /** The tab that it is for; all, where there is none. */
  readonly to?: string;
}

/** A tab that has come asks who leads, and for what it missed in so many milliseconds before. */
interface Question {
  readonly kind: 'who';
  readonly from: string;
  readonly reachBackMs: number;
}

export interface LiveSink {
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** Called every 5 s while there is no stream and the server answers, so that the page still moves. */
  readonly onPoll: () => void;
}

const CHANNEL = 'autoops-live';
const LAST_KEY = 'autoops-last-event';
const POLL_MS = 5000;
const LONGEST_WAIT_MS = 15_000;
/** How far back the server begins a stream at most. */
const FARTHEST_BACK_MS = 60_000;
/** An event bears the time at which it was written, and is seen a little later, when its transaction is through. */
const WRITING_MS = 3000;

/** How long ago, in milliseconds, something that is shown can at the earliest have been asked for by a page that joined then. */
function reachBackOf(joinedAt: number): number {
  const now = performance.now();
  return Math.ceil(Math.min(now, now - joinedAt + OLDEST_ANSWER_MS) + WRITING_MS);
}

/** Where a stream shall begin: where it stood, or before anything was asked that is shown; undefined where that is too long ago. */
function startOf(last: string | null, joinedAt: number): string | undefined {
  if (last !== null) return `?lastEventId=${encodeURIComponent(last)}`;
  const reachBackMs = reachBackOf(joinedAt);
  return reachBackMs > FARTHEST_BACK_MS ? undefined : `?reachBackMs=${reachBackMs}`;
}

/** Reads the stream for this tab alone: named events, resume by the last id, a new attempt with growing waits when the browser gives up. */
function readStream(publish: (message: LiveMessage) => void, onGap: () => void, joinedAt: number): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wait = 1000;
  let lost = false;
  publish({ kind: 'state', state: 'connecting' });
  const open = (): void => {
    const start = startOf(sessionStorage.getItem(LAST_KEY), joinedAt);
    let greeted = false;
    source = new EventSource(`/api/v1/events${start ?? ''}`, { withCredentials: true });
    source.addEventListener('open', () => {
      wait = 1000;
      lost = false;
      publish({ kind: 'state', state: 'live' });
    });
    source.addEventListener('error', () => {
      if (!lost) publish({ kind: 'state', state: navigator.onLine ? 'polling' : 'offline' });
      lost = true;
      // By itself the browser asks again with the same address, which until the greeting does not reach back far enough.
      if (greeted && source?.readyState !== EventSource.CLOSED) return;
      source?.close();
      retry = setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    });
    source.addEventListener('hello', (message) => {
      publish({ kind: 'state', state: 'live', at: message.lastEventId });
      if (start === undefined && !greeted) onGap();
      greeted = true;
    });
    source.addEventListener('beat', () => publish({ kind: 'state', state: 'live' }));
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, (message) => {
        try {
          const event = JSON.parse(String(message.data)) as LiveEvent;
          publish({ kind: 'event', event, at: message.lastEventId });
        } catch {
          // A line that is no JSON tells nothing; the next refetch shows the truth.
        }
      });
    }
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

/**
 * Joins the browser's one live connection: the tab that holds the lock reads the stream and repeats it to the others; when it
 * closes, the lock passes on. Without Web Locks (plain http off loopback) each tab reads for itself. Returns leave.
 */
export function joinLive(sink: LiveSink): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  const leaving = new AbortController();
  const joinedAt = performance.now();
  let state: LiveState = 'connecting';
  let stop: (() => void) | undefined;
  /** This tab among those of the browser; an identifier at random is only to be had over https. */
  const self = String(performance.timeOrigin + joinedAt);
  /** The durable events that this tab read in the last while, for tabs that come. */
  let recent: { readonly heardAt: number; readonly message: LiveMessage }[] = [];

  const deliver = (message: LiveMessage): void => {
    if (message.to !== undefined && message.to !== self) return;
    if (message.at !== undefined && message.at !== '') sessionStorage.setItem(LAST_KEY, message.at);
    if (message.state !== undefined) {
      state = message.state;
      sink.onState(message.state);
      if (message.state === 'polling') void look();
    }
    if (message.event !== undefined) sink.onEvent(message.event);
  };
  /** Without a stream: whether the server answers at all, which no error of a stream tells. */
  const look = async (): Promise<boolean> => {
    const reached = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(POLL_MS) }).then(
      () => true,
      () => false,
    );
    if (state === 'polling' && !reached) deliver({ kind: 'state', state: 'offline' });
    else if (state === 'offline' && reached) deliver({ kind: 'state', state: 'polling' });
    return reached && state === 'polling';
  };
  const publish = (message: LiveMessage): void => {
    const now = performance.now();
    if (message.kind === 'event' && message.event?.type !== 'service.tick')
      recent = [...recent.filter(({ heardAt }) => now - heardAt <= FARTHEST_BACK_MS), { heardAt: now, message }];
    channel.postMessage(message);
    deliver(message);
  };
  const answer = ({ from, reachBackMs }: Question): void => {
    if (stop === undefined) return;
    const since = performance.now() - reachBackMs;
    channel.postMessage({ kind: 'state', state, to: from } satisfies LiveMessage);
    for (const { heardAt, message } of recent)
      if (heardAt >= since) channel.postMessage({ ...message, to: from } satisfies LiveMessage);
  };
  channel.onmessage = ({ data }: MessageEvent<LiveMessage | Question>) => {
    if (data.kind === 'who') answer(data);
    else deliver(data);
  };
  const ask = (reachBackMs: number): void =>
    channel.postMessage({ kind: 'who', from: self, reachBackMs } satisfies Question);
  ask(reachBackOf(joinedAt));

  const lead = (): Promise<void> => {
    if (leaving.signal.aborted) return Promise.resolve();
    // What happened between the page's first reads and a stream that starts too late for them is in no event: it is read again.
    stop = readStream(publish, sink.onPoll, joinedAt);
    return new Promise((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
  };
  if ('locks' in navigator && navigator.locks !== undefined) {
    navigator.locks.request(CHANNEL, { signal: leaving.signal }, lead).catch(() => undefined);
  } else void lead();

  const poll = setInterval(() => {
    if (state === 'polling' || state === 'offline') void look().then((reached) => reached && sink.onPoll());
  }, POLL_MS);
  const offline = (): void => deliver({ kind: 'state', state: 'offline' });
  const online = (): void => {
    if (stop === undefined) ask(0);
    deliver({ kind: 'state', state: 'polling' });
  };
  addEventListener('offline', offline);
  addEventListener('online', online);

  return () => {
    leaving.abort();
    stop?.();
    clearInterval(poll);
    removeEventListener('offline', offline);
    removeEventListener('online', online);
    channel.close();
  };
}
