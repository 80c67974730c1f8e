import { LiveEvent } from '@autoops/contracts';
import type { BrowserContext, Page } from 'playwright-core';
import type { Shop } from '../scenarios/shop.ts';

/** Keeps the sequence numbers of the durable events that reach the tabs of a browser; before its first page is opened. */
export async function keepEvents(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { seenEvents: seen });
    new BroadcastChannel('autoops-live').onmessage = ({
      data,
    }: MessageEvent<{ at?: string; to?: string; event?: { seq: number; type: string } }>) => {
      // What is for one tab that came late has been told to all before.
      if (
        data.event !== undefined &&
        data.at !== undefined &&
        data.to === undefined &&
        data.event.type !== 'service.tick'
      )
        seen.push(data.event.seq);
    };
  });
}

/** What the page has seen so far, in the order of its coming. */
export function eventsSeen(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => [...(globalThis as unknown as { seenEvents: number[] }).seenEvents]);
}

/** The sequence numbers that the server's durable log has after `seq`. */
export async function eventsAfter(shop: Shop, seq: number): Promise<readonly number[]> {
  const stop = new AbortController();
  const answer = await fetch(new URL('/api/v1/events', shop.url), {
    headers: { authorization: `Bearer ${shop.token('operator')}`, 'last-event-id': String(seq) },
    signal: stop.signal,
  });
  const found: number[] = [];
  const decoder = new TextDecoder();
  const quiet = () => setTimeout(() => stop.abort(), 1500);
  let timer = quiet();
  let rest = '';
  try {
    for await (const chunk of answer.body ?? []) {
      const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        // Ticks and heartbeats go on for ever and are not part of the log.
        if (!block.startsWith('id: ') || block.includes('event: hello')) continue;
        found.push(LiveEvent.parse(JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '')).seq);
        clearTimeout(timer);
        timer = quiet();
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return found;
}
