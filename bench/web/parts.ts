/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { medianOf, percentile, type Figure } from '../figure.ts';
import { heapMebibytes } from './browser.ts';

const LINES = 1_000_000;
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

interface Parts {
  clear(): Promise<number>;
  timeline(count: number): Promise<number>;
  log(): Promise<number>;
  prepare(count: number, points: number, phase: number): void;
  charts(): Promise<number>;
}
type Global = { readonly parts: Parts };

/** Lines `from` to `from + limit` of a log of a million, about 200 bytes each, every 5,000th a failure. */
function logLines(from: number, limit: number) {
  const count = Math.max(0, Math.min(limit, LINES - from + 1));
  return Array.from({ length: count }, (_none, index) => {
    const line = from + index;
    return {
      line,
      at: new Date(Date.UTC(2026, 0, 15) + line * 10).toISOString(),
      level: line % 5000 === 0 ? 'error' : 'info',
      text: `line ${line}: scaled checkout, replica ${line % 40} answered ${200 + (line % 7)} after ${line % 900} ms `.padEnd(
        200,
        '.',
      ),
    };
  });
}

/** Serves the built parts, and the log as `GET /runs/{id}/log` answers it. */
async function serve(directory: string) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname.endsWith('/log')) {
      const from = Number(url.searchParams.get('from') ?? 1);
      const limit = Number(url.searchParams.get('limit') ?? 200);
      response.setHeader('content-type', 'application/json');
      return void response.end(JSON.stringify({ lines: logLines(from, limit), total: LINES }));
    }
    const path = url.pathname === '/' ? '/index.html' : url.pathname;
    try {
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(readFileSync(join(directory, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => server.close() };
}

/** Scrolls what `target` finds by `step` pixels a frame; returns the frames' lengths in milliseconds. */
function scrollFrames(page: Page, step: number, frames: number): Promise<readonly number[]> {
  return page.evaluate(
    ([by = 0, count = 0]) =>
      new Promise<number[]>((resolve) => {
        const lengths: number[] = [];
        let before = performance.now();
        const frame = (now: number): void => {
          lengths.push(now - before);
          before = now;
          if (lengths.length > count) return resolve(lengths.slice(1));
          scrollBy(0, by);
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    [step, frames],
  );
}

/** The dashboard's heavy parts alone, with data of the size that ux.md names, in the real browser. */
export async function partFigures(browser: Browser, web: string, rounds: number): Promise<readonly Figure[]> {
  const out = mkdtempSync(join(tmpdir(), 'autoops-parts-'));
  const vite = join(web, 'node_modules/.bin/vite');
  execFileSync(vite, ['build', '--config', 'bench/vite.config.ts', '--outDir', out, '--logLevel', 'error'], {
    cwd: web,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { url, stop } = await serve(out);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  try {
    const mounts: number[] = [];
    const first: number[] = [];
    const jumps: number[] = [];
    const charts: number[] = [];
    const refreshes: number[] = [];
    let nodes = 0;
    let frames: readonly number[] = [];
    let heap = 0;
    for (let round = 0; round < rounds; round += 1) {
      await page.goto(url);
      await page.evaluate(() => (globalThis as unknown as Global).parts.clear());
      mounts.push(await page.evaluate(() => (globalThis as unknown as Global).parts.timeline(10_000)));
      nodes = await page.evaluate(() => document.querySelectorAll('.tl *').length);
      frames = [...frames, ...(await scrollFrames(page, 900, 60))];

      await page.goto(url);
      const started = performance.now();
      await page.evaluate(() => (globalThis as unknown as Global).parts.log());
      await page.locator('.log-line .text', { hasText: 'line ' }).first().waitFor();
      first.push(performance.now() - started);
      for (const line of [900_000, 123_456, 999_999, 500_001]) {
        jumps.push(await jumpTo(page, line));
      }
      heap = Math.max(heap, await heapMebibytes(page));

      await page.goto(url);
      await page.evaluate(() => (globalThis as unknown as Global).parts.clear());
      for (const phase of [0, 1, 2, 3]) {
        await page.evaluate((which) => (globalThis as unknown as Global).parts.prepare(12, 2880, which), phase);
        await page.waitForTimeout(500);
        const took = await page.evaluate(() => (globalThis as unknown as Global).parts.charts());
        (phase === 0 ? charts : refreshes).push(took);
      }
    }
    const bar = (limit: number, samples: readonly number[]) => ({
      ratio: { to: `the ${limit} ms allowed`, value: percentile(samples, 0.5) / limit },
    });
    return [
      medianOf('timeline of 10,000 events: mounted and painted', 'ms', mounts, bar(150, mounts)),
      {
        name: 'timeline of 10,000 events: nodes',
        unit: '',
        value: nodes,
        ratio: { to: 'the 400 allowed', value: nodes / 400 },
      },
      {
        name: 'timeline of 10,000 events: a frame while scrolling, p95',
        unit: 'ms',
        value: percentile(frames, 0.95),
        ratio: { to: 'the 32 ms allowed', value: percentile(frames, 0.95) / 32 },
        note: `${frames.length} frames, a screen each`,
      },
      medianOf('log of 1,000,000 lines: first lines painted', 'ms', first, bar(1000, first)),
      medianOf('log of 1,000,000 lines: jump to a line', 'ms', jumps, {
        ...bar(200, jumps),
        note: 'from the key to the line in view, with its request to a server that answers at once',
      }),
      {
        name: 'log of 1,000,000 lines: heap after 4 jumps',
        unit: 'MiB',
        value: heap,
        ratio: { to: 'the 150 MiB allowed', value: heap / 150 },
      },
      medianOf('12 charts of 5 series of 2,880 points: mounted and painted', 'ms', charts, bar(300, charts)),
      medianOf('12 charts of 5 series of 2,880 points: refreshed', 'ms', refreshes, bar(100, refreshes)),
    ];
  } finally {
    await page.close();
    stop();
    rmSync(out, { recursive: true, force: true });
  }
}

/** Milliseconds from Enter on ":line" to that line's text in the document, measured in the page. */
async function jumpTo(page: Page, line: number): Promise<number> {
  await page.getByRole('searchbox').fill(`:${line}`);
  await page.evaluate((wanted) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    Object.assign(globalThis, { jumped: promise });
    addEventListener(
      'keydown',
      () => {
        const start = performance.now();
        const look = (): void => {
          const found = document.querySelector(`.log-line[data-index="${wanted - 1}"] .text`);
          if (found !== null && (found.textContent ?? '').includes(`line ${wanted}:`))
            resolve(performance.now() - start);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { once: true, capture: true },
    );
  }, line);
  await page.keyboard.press('Enter');
  return page.evaluate(() => (globalThis as unknown as { jumped: Promise<number> }).jumped);
}
