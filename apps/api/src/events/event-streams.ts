import type { LiveEvent, Principal } from '@autoops/contracts';
import { coversEnvironment } from '../access/principal.ts';
import type { LiveEventLog } from '../read-models.ts';

/** A client that falls this far behind is cut off: it resumes by Last-Event-ID. In bytes. */
const LARGEST_BACKLOG = 4_000_000;
const HEARTBEAT_MS = 15_000;
/** The comment keeps proxies awake; the event is what a page can see of it, so that a quiet stream is not taken for a dead one. */
const HEARTBEAT = ': heartbeat\nevent: beat\ndata: {}\n\n';
const RECHECK_MS = 30_000;
const MOST_STREAMS_A_USER = 5;
const REPLAY_PAGE = 500;

/** Where a stream begins: after an event, or that far back in time. Neither: with what happens from now on. */
export interface StreamStart {
  readonly lastEventId?: number | undefined;
  /** Milliseconds; for a page that does not know where the stream stood when it asked for what it shows. */
  readonly reachBackMs?: number | undefined;
}

/** Where a stream writes; `backlog` is what the client has not taken yet, in bytes. */
export interface StreamSink {
  write(text: string): void;
  backlog(): number;
  end(): void;
}

interface Stream {
  readonly principal: Principal;
  readonly sink: StreamSink;
  /** Sequence sent last; live events at or below it were replayed already. */
  sent: number;
  /** Held back until the replay is through, so that order is kept. */
  waiting: LiveEvent[] | undefined;
}

/** All open SSE streams of this process, fed by one subscription to the store. */
export class EventStreams {
  readonly #log: LiveEventLog;
  readonly #streams = new Set<Stream>();
  #subscribed: Promise<() => Promise<void>> | undefined;

  constructor(log: LiveEventLog) {
    this.#log = log;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Whether this user may open one more. */
  mayOpen(principal: Principal): boolean {
    const own = [...this.#streams].filter(
      (stream) =>
        stream.principal.subject === principal.subject && stream.principal.workspaceId === principal.workspaceId,
    );
    return own.length < MOST_STREAMS_A_USER;
  }

  /**
   * Opens a stream: replays what came after its start, then goes on live. `stillAllowed` is asked every 30 s and the stream ends
   * when it says no. Returns how to close it.
   */
  async open(
    principal: Principal,
    start: StreamStart,
    sink: StreamSink,
    stillAllowed: () => Promise<boolean>,
  ): Promise<() => void> {
    const stream: Stream = { principal, sink, sent: 0, waiting: [] };
    this.#streams.add(stream);
    const heartbeat = setInterval(() => sink.write(HEARTBEAT), HEARTBEAT_MS);
    const recheck = setInterval(() => {
      stillAllowed().then((allowed) => (allowed ? undefined : close()), close);
    }, RECHECK_MS);
    const close = (): void => {
      clearInterval(heartbeat);
      clearInterval(recheck);
      if (this.#streams.delete(stream)) sink.end();
    };
    try {
      await this.#subscribe();
      await this.#replay(stream, start);
    } catch (fault) {
      close();
      throw fault;
    }
    return close;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.sink.end();
    this.#streams.clear();
    if (this.#subscribed !== undefined) await (await this.#subscribed)();
  }

  async #replay(stream: Stream, { lastEventId, reachBackMs }: StreamStart): Promise<void> {
    const { workspaceId } = stream.principal;
    const from =
      lastEventId ?? (reachBackMs === undefined ? undefined : await this.#log.before(workspaceId, reachBackMs));
    const head = await this.#log.head(workspaceId);
    // An id beyond the head is of another installation at this address: resuming there would stay silent for ever.
    stream.sent = Math.min(from ?? head, head);
    // With its id, so that a client that is cut off before the first event resumes here and not at the head of that time.
    stream.sink.write(`retry: 2000\nid: ${stream.sent}\nevent: hello\ndata: {"seq":${stream.sent}}\n\n`);
    if (stream.sent < head) {
      for (;;) {
        const events = await this.#log.since(workspaceId, stream.sent, REPLAY_PAGE);
        for (const event of events) this.#send(stream, event);
        if (events.length < REPLAY_PAGE) break;
      }
    }
    const held = stream.waiting ?? [];
    stream.waiting = undefined;
    for (const event of held) this.#send(stream, event);
  }

  async #subscribe(): Promise<void> {
    this.#subscribed ??= this.#log.subscribe((workspaceId, event) => {
      for (const stream of this.#streams) {
        if (stream.principal.workspaceId !== workspaceId) continue;
        if ('tick' in event) this.#tick(stream, event.tick);
        else if (stream.waiting !== undefined) stream.waiting.push(event);
        else this.#send(stream, event);
      }
    });
    await this.#subscribed;
  }

  #send(stream: Stream, event: LiveEvent): void {
    if (event.seq <= stream.sent) return;
    stream.sent = event.seq;
    if (!coversEnvironment(stream.principal, event.environment)) return;
    this.#write(stream, `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  /** Hints to refetch carry no id: they are not durable and must not move Last-Event-ID. */
  #tick(stream: Stream, tick: LiveEvent): void {
    if (stream.waiting === undefined && coversEnvironment(stream.principal, tick.environment)) {
      this.#write(stream, `event: ${tick.type}\ndata: ${JSON.stringify(tick)}\n\n`);
    }
  }

  #write(stream: Stream, text: string): void {
    if (stream.sink.backlog() > LARGEST_BACKLOG) stream.sink.end();
    else stream.sink.write(text);
  }
}
