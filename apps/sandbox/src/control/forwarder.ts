/** One change event, CloudEvents 1.0. */
export type ChangeEvent = Readonly<Record<string, unknown>>;
export type LogRecord = {
  timestamp: string;
  severity: 'warn' | 'error' | 'fatal';
  body: string;
  labels: Record<string, string>;
};

export type ForwarderOptions = { readonly baseUrl: string; readonly token: string; readonly flushEveryMs?: number };

const MOST_RECORDS = 5000;
const MOST_EVENTS = 500;
const BATCH = 500;

/**
 * Sends logs and change events to AutoOps. Bounded: when AutoOps does not take them, the oldest logs are dropped (and
 * counted), and the shop never waits. 429 and 5xx are retried after the time the answer names; other refusals are final.
 */
export class Forwarder {
  readonly #options: ForwarderOptions | undefined;
  #records: LogRecord[] = [];
  #events: ChangeEvent[] = [];
  #dropped = 0;
  #notBefore = 0;
  #busy = false;
  readonly #timer: NodeJS.Timeout | undefined;

  /** Without options nothing is sent. */
  constructor(options: ForwarderOptions | undefined) {
    this.#options = options;
    if (options !== undefined) this.#timer = setInterval(() => void this.#flush(), options.flushEveryMs ?? 500);
  }

  /** What was dropped or refused so far, and what waits. */
  get figures(): { dropped: number; waiting: number } {
    return { dropped: this.#dropped, waiting: this.#records.length + this.#events.length };
  }

  record(record: LogRecord): void {
    if (this.#options === undefined) return;
    this.#records.push(record);
    if (this.#records.length > MOST_RECORDS)
      this.#dropped += this.#records.splice(0, this.#records.length - MOST_RECORDS).length;
  }

  event(event: ChangeEvent): void {
    if (this.#options === undefined) return;
    this.#events.push(event);
    if (this.#events.length > MOST_EVENTS)
      this.#dropped += this.#events.splice(0, this.#events.length - MOST_EVENTS).length;
    void this.#flush(); // a change is sent at once: what follows it is judged by it
  }

  /** Sends what waits, once, and stops. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#notBefore = 0;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#options === undefined || this.#busy || performance.now() < this.#notBefore) return;
    this.#busy = true;
    try {
      while (
        this.#events.length > 0 &&
        (await this.#post('/api/v1/ingest/events', 'application/cloudevents+json', this.#events[0]))
      )
        this.#events.shift();
      while (this.#records.length > 0) {
        const batch = this.#records.slice(0, BATCH);
        if (!(await this.#post('/api/v1/ingest/logs', 'application/json', { records: batch }))) break;
        const sent = new Set(batch);
        this.#records = this.#records.filter((record) => !sent.has(record));
      }
    } finally {
      this.#busy = false;
    }
  }

  /** True when it is done with (taken, or refused for good); false when it must be sent again. */
  async #post(path: string, type: string, body: unknown): Promise<boolean> {
    const { baseUrl, token } = this.#options as ForwarderOptions;
    try {
      const response = await fetch(new URL(path, baseUrl), {
        method: 'POST',
        headers: { 'content-type': type, authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5000),
      });
      await response.arrayBuffer();
      if (response.ok) return true;
      if (response.status !== 429 && response.status < 500) {
        this.#dropped += 1;
        return true;
      }
      const after = Number(response.headers.get('retry-after') ?? 1);
      this.#notBefore = performance.now() + 1000 * (Number.isFinite(after) ? Math.min(30, Math.max(0.5, after)) : 1);
      return false;
    } catch {
      this.#notBefore = performance.now() + 1000;
      return false;
    }
  }
}
