/// <reference lib="dom" />
import { chromium, type Browser, type BrowserContext, type Download, type Locator, type Page } from 'playwright-core';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed } from 'vitest';
import { requirePart } from '../parts.ts';

/** How Debian's Chromium runs headless without asking anybody outside for anything. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Somebody in front of a browser, and everything that the browser had to complain about meanwhile. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and warnings, uncaught errors, failed requests, answers of 400 and above, CSP violations; of all tabs. */
  readonly complaints: readonly string[];
  /** Every address that any tab asked for. */
  readonly addresses: readonly string[];
  /** Another tab of the same browser: same cookies, same live stream. */
  openTab(): Promise<Page>;
  /** Takes out the complaints that the test itself caused (a cut line, an ended session), so that all others still count. */
  forgive(caused: RegExp): void;
  close(): Promise<void>;
}

interface Visit {
  readonly scheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A finger instead of a mouse. */
  readonly touch?: boolean;
}

/** Opens a browser at the size that the screens are designed for. */
export async function visit(options: Visit = {}): Promise<Visitor> {
  const browser: Browser = await chromium.launch({
    executablePath: requirePart('chromium'),
    chromiumSandbox: false,
    args: ARGUMENTS,
  });
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1440, height: 900 },
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    hasTouch: options.touch ?? false,
    isMobile: options.touch ?? false,
  });
  const complaints: string[] = [];
  const addresses: string[] = [];
  await context.exposeBinding('reportViolation', (_source, text: string) => void complaints.push(`csp: ${text}`));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation(text: string): void }).reportViolation;
      report(`${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  await context.addInitScript(watchLayout);
  const openTab = async (): Promise<Page> => {
    const page = await context.newPage();
    listen(page, complaints, addresses);
    return page;
  };
  return {
    page: await openTab(),
    context,
    complaints,
    addresses,
    openTab,
    forgive: (caused) =>
      void complaints.splice(0, complaints.length, ...complaints.filter((each) => !caused.test(each))),
    close: () => browser.close(),
  };
}

function listen(page: Page, complaints: string[], addresses: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => addresses.push(request.url()));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'failed';
    // What a page had asked for is cancelled when its user leaves it, and so is a navigation that became a download.
    if (why !== 'net::ERR_ABORTED') complaints.push(`request: ${request.method()} ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400)
      complaints.push(`answer: ${response.status()} ${response.request().method()} ${response.url()}`);
  });
}

/** A layout shift that its user did not cause: how much of the view moved how far, when, and what moved. */
interface LayoutShift {
  readonly at: number;
  readonly value: number;
  readonly what: readonly string[];
}

/** Runs in the page: keeps the layout shifts that no input caused. */
function watchLayout(): void {
  const shifts: LayoutShift[] = [];
  Object.assign(globalThis, { layoutShifts: shifts });
  type Entry = PerformanceEntry & {
    value: number;
    hadRecentInput: boolean;
    sources: readonly {
      readonly node: Node | null;
      readonly previousRect: DOMRectReadOnly;
      readonly currentRect: DOMRectReadOnly;
    }[];
  };
  const rectText = ({ x, y, width, height }: DOMRectReadOnly): string =>
    [x, y, width, height].map(Math.round).join(' ');
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Entry[]) {
      if (entry.hadRecentInput) continue;
      const what = entry.sources.map(({ node, previousRect, currentRect }) => {
        const name = node instanceof Element ? `${node.tagName.toLowerCase()}.${node.className}` : 'text';
        const words = node?.textContent?.trim().slice(0, 30) ?? 'gone';
        return `${name} "${words}" from ${rectText(previousRect)} to ${rectText(currentRect)}`;
      });
      shifts.push({ at: Math.round(entry.startTime), value: entry.value, what });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** The layout shifts of the document so far. */
export function layoutShifts(page: Page): Promise<readonly LayoutShift[]> {
  return page.evaluate(() => (globalThis as unknown as { layoutShifts: LayoutShift[] }).layoutShifts);
}

/**
 * Leaves a picture of the page behind when the test that calls this fails, and says where. What the browser complained of until then is
 * told as well and forgotten: it belongs to the attempt that failed.
 */
export function pictureOnFailure({ page, complaints, forgive }: Visitor): void {
  onTestFailed(async () => {
    if (complaints.length > 0) console.log(`The browser complained: ${complaints.join('\n')}`);
    forgive(/^/);
    const path = join(mkdtempSync(join(tmpdir(), 'autoops-browser-')), 'failed.png');
    await page.screenshot({ path, timeout: 5000 });
    console.log(`The page when it failed (${page.url()}): ${path}`);
  });
}

/** Marks the document, so that `isSameDocument` can tell later that nothing reloaded it. */
export async function markDocument(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.setAttribute('data-marked', 'yes'));
}

export function isSameDocument(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.hasAttribute('data-marked'));
}

/** What a download brought. */
export async function contentOf(download: Download): Promise<Uint8Array> {
  return new Uint8Array(readFileSync(await download.path()));
}

/** Presses Tab until the element has the focus. Throws when it cannot be reached that way. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 150; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`150 presses of Tab do not reach ${target.toString()}`);
}

/** Opens a menu with Enter and picks an entry with the arrow keys. */
export async function pickFromMenu(page: Page, opener: Locator, entry: Locator): Promise<void> {
  await tabTo(page, opener);
  await page.keyboard.press('Enter');
  await entry.waitFor();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await entry.evaluate((element) => element === document.activeElement)) {
      await page.keyboard.press('Enter');
      return;
    }
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`40 presses of the arrow key do not reach ${entry.toString()}`);
}
