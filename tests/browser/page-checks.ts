/// <reference lib="dom" />
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Shop } from '../scenarios/shop.ts';
import { cumulativeShift, worstWindow } from './cumulative-shift.ts';
import { layoutShifts, type Visitor } from './visitor.ts';

/** Web Vitals' "good"; `pnpm bench web` measures against the bar of 0.02 at the 75th percentile. */
const LARGEST_SHIFT = 0.02;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Waits until the page is drawn and nothing on it still loads; `/design` shows a loading list for ever, as a sample in a `.part`. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.locator('#root main h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('main [aria-label="Loading"]:not(.part *)') === null);
}

/** No violation that axe knows of, on what is shown now, in light and in dark. `context` names the state in the message. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const found: string[] = [];
  // A document that has not drawn its page yet is no state of it.
  await page.locator('#root h1').first().waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Evaluated by the debugger, so that the page's own CSP stays as strict as it is.
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: inPage } = globalThis as unknown as {
        axe: { run(root: Document, options: object): Promise<{ violations: Violation[] }> };
      };
      return (await inPage.run(document, { resultTypes: ['violations'] })).violations;
    });
    for (const { id, nodes } of violations)
      found.push(`${state}, ${colorScheme}: ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  }
  // Thrown whole: an assertion would cut the text that says what is wrong.
  if (found.length > 0) throw new Error(`axe on ${page.url()}\n${found.join('\n')}`);
}

/** Nothing reaches beyond the right edge at this width, but inside what scrolls by itself (tables, logs). */
export async function expectNoOverflow(page: Page, width: number, height = 640): Promise<void> {
  await page.setViewportSize({ width, height });
  // Charts follow the width when they are told of it, some frames later.
  await page
    .waitForFunction(() => document.documentElement.scrollWidth <= innerWidth + 1, undefined, { timeout: 5000 })
    .catch(() => undefined);
  const beyond = await page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null && element !== document.body && element !== document.documentElement
        ? ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX) ||
          scrolls(element.parentElement)
        : false;
    const edge = document.documentElement.clientWidth;
    const over = [...document.body.querySelectorAll('*')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && box.right > edge + 1 && !scrolls(element.parentElement);
    });
    return over
      .slice(0, 5)
      .map(
        (element) =>
          `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} ${element.textContent?.slice(0, 40) ?? ''}`,
      )
      .concat(
        document.documentElement.scrollWidth > innerWidth + 1
          ? [`page is ${document.documentElement.scrollWidth} wide`]
          : [],
      );
  });
  if (beyond.length > 0) throw new Error(`${page.url()} overflows at ${width} px: ${beyond.join('; ')}`);
}

/** All of these can be read and touched as the page stands: inside the window, whole, and under nothing else (a sticky bar). */
export async function expectInSight(page: Page, parts: Readonly<Record<string, Locator>>): Promise<void> {
  const hidden: string[] = [];
  for (const [name, part] of Object.entries(parts)) {
    const seen = await part.first().evaluate((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const inside = left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
      const at = document.elementFromPoint((left + right) / 2, bottom - 2);
      const free = at !== null && (element.contains(at) || at.contains(element));
      return inside && free ? undefined : `from ${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight} px`;
    });
    if (seen !== undefined) hidden.push(`${name} ${seen}`);
  }
  expect(hidden, `what has to be scrolled for on ${page.url()}`).toEqual([]);
}

/** Nothing on the page jumped by itself. */
export async function expectStillLayout(page: Page): Promise<void> {
  const shifts = await layoutShifts(page);
  const named = worstWindow(shifts)
    .filter(({ value }) => value > 0.002)
    .map(({ at, value, what }) => `${value.toFixed(3)} at ${at} ms: ${what.join(', ')}`);
  expect(cumulativeShift(shifts), `layout shifts on ${page.url()}: ${named.join('; ')}`).toBeLessThanOrEqual(
    LARGEST_SHIFT,
  );
}

/** What the visit must not leave behind: complaints of the browser, and secrets in an address or within reach of the page's scripts. */
export async function expectClean(visitor: Visitor, shop: Shop): Promise<void> {
  const reachable = await visitor.page.evaluate(() =>
    [
      document.cookie,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.documentElement.outerHTML,
    ].join('\n'),
  );
  const cookies = (await visitor.context.cookies()).map(({ value }) => value);
  const secrets = [...shop.tokens, ...cookies].filter((secret) => secret.length > 15);
  expect(secrets.filter((secret) => reachable.includes(secret)).length, 'secrets within reach of scripts').toBe(0);
  expect(
    visitor.addresses.filter((address) => secrets.some((secret) => address.includes(secret))).length,
    'secrets in an address',
  ).toBe(0);
  expect(visitor.complaints).toEqual([]);
}
