/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { Shop } from '../tests/scenarios/shop.ts';
import { medianOf, percentile, type Benchmark, type Figure } from './figure.ts';
import { slopeOf } from './slope.ts';
import { openBrowser } from './web/browser.ts';

const MIB = 2 ** 20;
const SAMPLE_MS = 10_000;
const EVENT_MS = 2_000;
/** Every screen is visited once in this time, so that what a screen leaves behind is seen. */
const ROUND_MS = 60_000;
const SCREENS = ['Services', 'Incidents', 'Runs', 'Value', 'Audit', 'Now'];
/** What a page takes in the first part is what it keeps (caches, compiled code), no growth. */
const SETTLING_SHARE = 0.2;
/** In the JavaScript heap after a forced collection: what 24 hours may add before a tab is a nuisance. */
const ALLOWED_MIB_PER_HOUR = 2;

interface Sample {
  readonly hours: number;
  readonly heap: number;
  readonly nodes: number;
  readonly api: number;
  readonly worker: number;
}

/** The dashboard left open on the real product with live events: does anything grow? `minutes` is how long. */
export function soakBenchmark(minutes: number | undefined): Benchmark {
  return {
    name: 'soak',
    about:
      'The dashboard open in headless Chromium on the running sandbox: a control changed every 2 s, every screen visited once a minute, memory read every 10 s after a forced collection (--minutes N, by default 5; quick: 1). Slopes are medians of all pairs (Theil, Sen) with their 95 % interval, after the first fifth.',
    run: ({ quick }) => soak((minutes ?? (quick ? 1 : 5)) * 60_000),
  };
}

async function soak(lengthMs: number): Promise<readonly Figure[]> {
  // With its sandbox up: until then the page is answered 503.
  const shop = await Shop.open('staging');
  const browser = await openBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    await page.goto(shop.url);
    await page.getByRole('button', { name: 'Continue as operator@demo' }).click();
    await page.locator('.chip.live:not(.stale)').waitFor();
    const { samples, events } = await watch(page, shop, lengthMs);
    if (failures.length > 0) throw new Error(`The page had ${failures.length} errors; the first: ${failures[0]}`);
    return figuresOf(samples, events);
  } finally {
    await browser.close();
    await shop.close();
  }
}

async function watch(page: Page, shop: Shop, lengthMs: number) {
  const begun = performance.now();
  const samples: Sample[] = [];
  let [events, sampledAt, visited] = [0, -SAMPLE_MS, 0];
  for (let elapsed = 0; elapsed < lengthMs; elapsed = performance.now() - begun) {
    await shop.call('admin', 'PUT', '/api/v1/controls/environment:spare', z.unknown(), {
      body: { level: events % 2 === 0 ? 'no-new' : 'open', reason: `soak ${events}` },
    });
    events += 1;
    if (elapsed >= (visited * ROUND_MS) / SCREENS.length) {
      const name = SCREENS[visited % SCREENS.length] ?? 'Now';
      await page
        .locator('.rail')
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .click();
      visited += 1;
    }
    if (elapsed - sampledAt >= SAMPLE_MS) {
      samples.push({ hours: elapsed / 3_600_000, ...(await memoryOf(page)), ...serverMemory(shop) });
      sampledAt = elapsed;
    }
    await page.waitForTimeout(EVENT_MS);
  }
  return { samples, events };
}

/** JavaScript heap in MiB and DOM nodes, of documents and detached, after a collection. */
async function memoryOf(page: Page): Promise<Pick<Sample, 'heap' | 'nodes'>> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return { heap: of('JSHeapUsedSize') / MIB, nodes: of('Nodes') };
}

function serverMemory(shop: Shop): Pick<Sample, 'api' | 'worker'> {
  const resident = (part: 'api' | 'worker'): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${shop.pid(part)}/status`, 'utf8'))?.[1]) / 1024;
  return { api: resident('api'), worker: resident('worker') };
}

function figuresOf(samples: readonly Sample[], events: number): readonly Figure[] {
  const length = samples.at(-1)?.hours ?? 0;
  const settled = samples.filter(({ hours }) => hours >= length * SETTLING_SHARE);
  const slope = (name: string, unit: string, part: keyof Sample, note = ''): Figure => {
    const { median, low, high } = slopeOf(settled.map((sample) => ({ at: sample.hours, value: sample[part] })));
    const first = percentile(
      settled.slice(0, 5).map((sample) => sample[part]),
      0.5,
    );
    const last = percentile(
      settled.slice(-5).map((sample) => sample[part]),
      0.5,
    );
    const words = `${first.toFixed(1)} at first, ${last.toFixed(1)} at last${low <= 0 && high >= 0 ? '; flat: the interval holds zero' : ''}`;
    return { name, unit, value: median, spread: { low, high }, note: note === '' ? words : `${words}; ${note}` };
  };
  const heap = slope('tab: heap, growth', 'MiB/h', 'heap', `n = ${settled.length}, ${events} live events`);
  return [
    medianOf(
      'tab: heap',
      'MiB',
      settled.map((sample) => sample.heap),
    ),
    { ...heap, ratio: { to: `the ${ALLOWED_MIB_PER_HOUR} MiB/h allowed`, value: heap.value / ALLOWED_MIB_PER_HOUR } },
    slope('tab: nodes, growth', '1/h', 'nodes'),
    slope('API: resident memory, growth', 'MiB/h', 'api', 'not collected first'),
    slope('worker: resident memory, growth', 'MiB/h', 'worker', 'not collected first'),
  ];
}
