import type { LiveEvent, LiveEventType } from '@autoops/contracts';

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

export type LiveState = 'connecting' | 'live' | 'polling' | 'offline';

export interface LiveMessage {
  readonly kind: 'event' | 'state';
  readonly event?: LiveEvent;
  readonly state?: LiveState;
  /** Where the stream stands: every tab keeps it, so that whichever leads next resumes there. */
  readonly at?: string;
}

export interface LiveSink {
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** Called every 5 s while there is no stream, so that the page still moves. */
  readonly onPoll: () => void;
}

const CHANNEL = 'autoops-live';
const LAST_KEY = 'autoops-last-event';
const POLL_MS = 5000;
const LONGEST_WAIT_MS = 15_000;

/** Reads the stream for this tab alone: named events, resume by the last id, a new attempt with growing waits when the browser gives up. */
function readStream(publish: (message: LiveMessage) => void, onStart: () => void): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wait = 1000;
  const open = (): void => {
    const last = sessionStorage.getItem(LAST_KEY);
    source = new EventSource(
      last === null ? '/api/v1/events' : `/api/v1/events?lastEventId=${encodeURIComponent(last)}`,
      { withCredentials: true },
    );
    publish({ kind: 'state', state: 'connecting' });
    source.addEventListener('open', () => {
      wait = 1000;
      publish({ kind: 'state', state: 'live' });
    });
    source.addEventListener('error', () => {
      publish({ kind: 'state', state: navigator.onLine ? 'polling' : 'offline' });
      if (source?.readyState !== EventSource.CLOSED) return;
      retry = setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    });
    source.addEventListener('hello', (message) => {
      publish({ kind: 'state', state: 'live', at: message.lastEventId });
      if (last === null) onStart();
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
  let state: LiveState = 'connecting';
  let stop: (() => void) | undefined;

  const deliver = (message: LiveMessage): void => {
    if (message.at !== undefined && message.at !== '') sessionStorage.setItem(LAST_KEY, message.at);
    if (message.state !== undefined) {
      state = message.state;
      sink.onState(message.state);
    }
    if (message.event !== undefined) sink.onEvent(message.event);
  };
  const publish = (message: LiveMessage): void => {
    channel.postMessage(message);
    deliver(message);
  };
  channel.onmessage = (message: MessageEvent<LiveMessage | 'who'>) => {
    if (message.data === 'who') {
      if (stop !== undefined) channel.postMessage({ kind: 'state', state } satisfies LiveMessage);
    } else deliver(message.data);
  };
  channel.postMessage('who');

  const lead = (): Promise<void> => {
    if (leaving.signal.aborted) return Promise.resolve();
    // What happened between the page's first reads and the stream's start is in no event: it is read again.
    stop = readStream(publish, sink.onPoll);
    return new Promise((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
  };
  if ('locks' in navigator && navigator.locks !== undefined) {
    navigator.locks.request(CHANNEL, { signal: leaving.signal }, lead).catch(() => undefined);
  } else void lead();

  const poll = setInterval(() => {
    if (state === 'polling') sink.onPoll();
  }, POLL_MS);
  const offline = (): void => deliver({ kind: 'state', state: 'offline' });
  const online = (): void => {
    if (stop === undefined) channel.postMessage('who');
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
