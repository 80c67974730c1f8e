/// <reference lib="dom" />
import { chromium, type Browser, type Page } from 'playwright-core';
import { requirePart } from '../../tests/programs.ts';

/** The system's Chromium, headless, as the browser tests run it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requirePart('chromium'),
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
      '--enable-precise-memory-info',
    ],
  });
}

/** Slows a page down as ux.md "Performance bar" asks for: 4x processor, 10 Mbit/s with 40 ms. */
export async function throttle(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 40,
    downloadThroughput: 1_250_000,
    uploadThroughput: 1_250_000,
  });
}

/** JavaScript heap in use after a collection, in MiB. */
export async function heapMebibytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / 2 ** 20;
}

/** Runs in every page from its start: keeps what Web Vitals are made of. */
export function watchVitals(): void {
  const vitals = { lcp: 0, shifts: [] as { at: number; value: number }[], interactions: {} as Record<number, number> };
  Object.assign(globalThis, { vitals });
  const on = (type: string, take: (entry: PerformanceEntry) => void, options: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  on('largest-contentful-paint', (entry) => (vitals.lcp = entry.startTime));
  on('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) vitals.shifts.push({ at: entry.startTime, value });
  });
  on(
    'event',
    (entry) => {
      const { interactionId } = entry as PerformanceEntry & { interactionId: number };
      if (interactionId > 0)
        vitals.interactions[interactionId] = Math.max(vitals.interactions[interactionId] ?? 0, entry.duration);
    },
    { durationThreshold: 16 },
  );
}

export interface Vitals {
  readonly lcp: number;
  readonly shifts: readonly { readonly at: number; readonly value: number }[];
  readonly interactions: Readonly<Record<number, number>>;
}

/** The vitals of the document so far. */
export function vitalsOf(page: Page): Promise<Vitals> {
  return page.evaluate(() => (globalThis as unknown as { vitals: Vitals }).vitals);
}
