// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinLive, type LiveState } from './stream.ts';

/** The browser's EventSource as a test drives it: every one that was opened, with what it heard last. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 0;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }
  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
  hear(type: string, lastEventId = '', data: unknown = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), { lastEventId, data: JSON.stringify(data) }));
  }
  /** Refused by the server: the browser gives up. */
  refuse(): void {
    this.close();
    this.dispatchEvent(new Event('error'));
  }
}

const browser = { source: globalThis.EventSource, now: performance.now.bind(performance) };
let leave = (): void => undefined;
beforeEach(() => {
  let led = false;
  const locks = {
    request: (_name: string, _options: object, lead: () => Promise<void>) =>
      led ? new Promise(() => undefined) : ((led = true), lead()),
  };
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  FakeSource.opened = [];
  globalThis.EventSource = FakeSource as unknown as typeof EventSource;
});
afterEach(() => {
  leave();
  globalThis.EventSource = browser.source;
  performance.now = browser.now;
  vi.useRealTimers();
  Reflect.deleteProperty(navigator, 'locks');
});

/** Joins as a page that is so many milliseconds old. */
function join(age: number) {
  performance.now = () => age;
  const seen = { states: [] as LiveState[], events: [] as number[], polls: 0 };
  leave = joinLive({
    onState: (state) => seen.states.push(state),
    onEvent: (event) => seen.events.push(event.seq),
    onPoll: () => (seen.polls += 1),
  });
  const source = (): FakeSource => FakeSource.opened.at(-1) as FakeSource;
  return { seen, source };
}

describe('the live stream', () => {
  it('of a fresh page begins before its first question, so that nothing has to be asked twice', () => {
    const { seen, source } = join(800);
    expect(source().url).toBe('/api/v1/events?reachBackMs=3800');
    source().hear('hello', '41');
    source().hear('control.changed', '42', { seq: 42, type: 'control.changed' });
    expect(seen).toMatchObject({ events: [42], polls: 0 });
    expect(seen.states.at(-1)).toBe('live');
  });

  it('of a page on which somebody signed in late begins where its questions can at the earliest have been asked', () => {
    const { source } = join(600_000);
    expect(source().url).toBe('/api/v1/events?reachBackMs=13000');
  });

  it('goes on where it stood, and asks nothing again', () => {
    sessionStorage.setItem('autoops-last-event', '42');
    const { seen, source } = join(600_000);
    expect(source().url).toBe('/api/v1/events?lastEventId=42');
    source().hear('hello', '42');
    expect(seen.polls).toBe(0);
  });

  it('whose line is cut before the greeting reaches back farther when it is tried again', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const { seen, source } = join(800);
    const first = source();
    first.dispatchEvent(new Event('error')); // the browser would try the same address again
    expect([first.readyState, seen.states.at(-1)]).toEqual([FakeSource.CLOSED, 'polling']);
    performance.now = () => 2800;
    vi.advanceTimersByTime(1000);
    expect(source().url).toBe('/api/v1/events?reachBackMs=5800');
  });

  it('that starts too late for what is shown has everything asked again, once', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const { seen, source } = join(800);
    source().refuse();
    performance.now = () => 70_000;
    vi.advanceTimersByTime(1000);
    expect(source().url).toBe('/api/v1/events');
    source().hear('hello', '41');
    source().hear('hello', '41');
    expect(seen.polls).toBe(1);
  });

  it('of a tab that comes later tells it what happened since it began to load', async () => {
    const first = join(20_000);
    first.source().hear('hello', '40');
    performance.now = () => 30_000;
    first.source().hear('control.changed', '41', { seq: 41, type: 'control.changed' });
    performance.now = () => 50_000;
    first.source().hear('control.changed', '42', { seq: 42, type: 'control.changed' });
    const leaveFirst = leave;
    const second = join(51_000); // both tabs have one clock here: it reaches back 13 s
    await vi.waitFor(() => expect(second.seen).toMatchObject({ events: [42], states: ['live'], polls: 0 }));
    expect([FakeSource.opened.length, first.seen.events]).toEqual([1, [41, 42]]);
    leaveFirst();
  });
});
