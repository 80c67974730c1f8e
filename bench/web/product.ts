/// <reference lib="dom" />
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { startProduct, type Product } from '../../tests/product.ts';
import { Shop } from '../../tests/scenarios/shop.ts';
import { medianOf, percentile, type Figure } from '../figure.ts';
import { cumulativeShift } from '../../tests/browser/cumulative-shift.ts';
import { throttle, vitalsOf, watchVitals } from './browser.ts';

const ROUTES = ['/', '/incidents', '/services', '/services/staging:checkout', '/runbooks'];
const quiet = (page: Page) => page.waitForTimeout(2500);

/**
 * Web Vitals and event to pixel of the real product. First paints are measured twice: beside the sandbox, whose thirty processes share
 * the machine with the slowed browser, and on the same data without it, as a product is whose targets run elsewhere.
 */
export async function productFigures(browser: Browser, quick: boolean): Promise<readonly Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'autoops-bench-web-'));
  chmodSync(dataDir, 0o755); // PostgreSQL has an account of its own
  const rounds = quick ? 1 : 3;
  try {
    const beside = await onProduct({ dataDir }, async (product) => {
      const shop = await Shop.open('staging', product);
      const signedIn = await signIn(browser, shop.url);
      return {
        signedIn,
        loads: await loads(browser, shop.url, signedIn, rounds),
        interactions: await interact(browser, shop.url, signedIn),
        pixels: await eventToPixel(browser, shop, signedIn, quick ? 6 : 30),
      };
    });
    const alone = await onProduct({ dataDir, env: { AUTOOPS_DEMO: 'off' } }, ({ url }) =>
      loads(browser, url, beside.signedIn, rounds),
    );
    return [
      figure('LCP cold, p75', alone.cold, 0.75, 1800, 'ms', '4x processor, 10 Mbit/s, 40 ms, empty cache'),
      figure('LCP warm, p75', alone.warm, 0.75, 800, 'ms', 'the same, from the cache'),
      figure('LCP cold beside the sandbox, p75', beside.loads.cold, 0.75, 1800, 'ms', 'which shares the processors'),
      figure('LCP warm beside the sandbox, p75', beside.loads.warm, 0.75, 800, 'ms', 'the same, from the cache'),
      figure('INP, p75', beside.interactions, 0.75, 100, 'ms', 'clicks and keys on seven screens, unthrottled'),
      figure('CLS, p75', [...beside.loads.shifts, ...alone.shifts], 0.75, 0.02, '', `of ${ROUTES.join(', ')}`),
      figure(
        'event to pixel, p95',
        beside.pixels,
        0.95,
        500,
        'ms',
        'from the request that causes it to its words on the page',
      ),
      medianOf('event to pixel, median', 'ms', beside.pixels),
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function onProduct<T>(
  options: Parameters<typeof startProduct>[0],
  work: (product: Product) => Promise<T>,
): Promise<T> {
  const product = await startProduct(options);
  try {
    return await work(product);
  } finally {
    await product.stop();
  }
}

/** A share of the samples, beside what is allowed. */
function figure(
  name: string,
  samples: readonly number[],
  share: number,
  limit: number,
  unit: string,
  note: string,
): Figure {
  return {
    name,
    unit,
    value: percentile(samples, share),
    spread: { low: Math.min(...samples), high: Math.max(...samples) },
    ratio: { to: `the ${limit} ${unit} allowed`.replace('  ', ' '), value: percentile(samples, share) / limit },
    note: `n = ${samples.length}; ${note}`,
  };
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signIn(browser: Browser, url: string): Promise<State> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Continue as operator@demo' }).click();
  await page.locator('#root .tile').first().waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

async function open(browser: Browser, signedIn: State): Promise<BrowserContext> {
  const context = await browser.newContext({
    storageState: signedIn,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  await context.addInitScript(watchVitals);
  return context;
}

/** First paints and layout shifts, after a round that is not counted: a server that has just started compiles what draws its pages. */
async function loads(browser: Browser, url: string, signedIn: State, rounds: number) {
  const [cold, warm, shifts]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round += 1) {
    for (const route of ROUTES) {
      const context = await open(browser, signedIn);
      const page = await context.newPage();
      await throttle(page);
      for (const samples of [cold, warm]) {
        await page.goto(url + route);
        await page.locator('#root main h1').first().waitFor();
        await quiet(page);
        const vitals = await vitalsOf(page);
        if (round === 0) continue;
        samples.push(vitals.lcp);
        shifts.push(cumulativeShift(vitals.shifts));
      }
      await context.close();
    }
  }
  return { cold, warm, shifts };
}

/** What a person does in a minute: goes through the screens, filters, opens the palette and menus. */
async function interact(browser: Browser, url: string, signedIn: State): Promise<readonly number[]> {
  const context = await open(browser, signedIn);
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('#root .tile').first().waitFor();
  for (const name of ['Services', 'Incidents', 'Runs', 'Value', 'Audit', 'Runbooks', 'Now']) {
    await page
      .locator('.rail')
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .click();
    await page.waitForTimeout(400);
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').pressSequentially('services', { delay: 60 });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^User menu/ }).click();
  await page.waitForTimeout(200);
  await page.keyboard.press('Escape');
  for (const key of ['g', 'i', 'g', 's', 'j', 'j', 'k', '?', 'Escape']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(120);
  }
  await page.waitForTimeout(500);
  const { interactions } = await vitalsOf(page);
  await context.close();
  return Object.values(interactions);
}

/** From asking for a change to its words on a page that somebody else has open. */
async function eventToPixel(browser: Browser, shop: Shop, signedIn: State, count: number): Promise<readonly number[]> {
  const context = await open(browser, signedIn);
  const page = await context.newPage();
  await page.goto(shop.url);
  await page.locator('.chip.live:not(.stale)').waitFor();
  await page.waitForTimeout(1000);
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const reason = `benchmark ${index}`;
    const seen = page.evaluate(
      (words) =>
        new Promise<number>((resolve) => {
          const look = (): void => {
            if (document.body.textContent?.includes(words) === true)
              resolve(performance.timeOrigin + performance.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      `(${reason})`,
    );
    const asked = performance.timeOrigin + performance.now();
    await shop.call('admin', 'PUT', '/api/v1/controls/environment:spare', z.unknown(), {
      body: { level: 'no-new', reason },
    });
    samples.push((await seen) - asked);
    await page.waitForTimeout(150);
  }
  await shop.call('admin', 'PUT', '/api/v1/controls/environment:spare', z.unknown(), {
    body: { level: 'open', reason: 'benchmark over' },
  });
  await context.close();
  return samples;
}
