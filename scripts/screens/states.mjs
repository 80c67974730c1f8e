import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { comeUndrawn } from '../../tests/browser/undrawn.ts';
import { startProduct } from '../../tests/product.ts';
import { Shop } from '../../tests/scenarios/shop.ts';
import { readTokens } from './tokens.mjs';
import { screensOf } from './screens.mjs';

/** What each state is, on the real product:
 * - `learning`: the first seconds after the start.
 * - `loading`: the browser holds back every answer but the session's.
 * - `error`: the browser refuses every request but the session's, as when the server is down.
 * - `forbidden`: a principal whose role may not read (ingest); the server itself refuses.
 * - `viewer`: a principal who may read and do nothing.
 * - `open`, `full`: an incident waits for an approval; the fix is verified and the story told.
 * - `empty`: a product without the demo.
 */
const WITHOUT_DATA = new Set(['learning', 'loading', 'error', 'forbidden']);
/** Screens that show learning; all others show nothing else while the product learns. */
const LEARNS = new Set(['now', 'services', 'service']);
/** Screens that an open incident changes. */
const WAITS = new Set(['now', 'services', 'service', 'incidents', 'incident', 'evaluate', 'approvals', 'approval']);

/** A busy machine paints a long page slowly. */
const PATIENCE_MS = 120_000;

/** Takes the pictures; answers them by screen. */
export async function photographStates({ browser, directory, states, views, only }) {
  const taken = new Map();
  const studio = (url, tokens) => async (state, role, screens) => {
    const context = await contextOf(browser, url, state, tokens[role]);
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      for (const screen of screens) {
        if (only !== undefined && !only.has(screen.name)) continue;
        const page = await context.newPage();
        const eyes = await context.newCDPSession(page);
        await arrange(page, state, screen);
        await open(page, url + screen.path, state);
        for (const view of views) {
          await page.setViewportSize({ width: view.width, height: view.height });
          await page.emulateMedia({ colorScheme: view.scheme, reducedMotion: 'reduce' });
          await eyes.send('Emulation.setEmulatedVisionDeficiency', { type: view.vision });
          await page.waitForTimeout(200);
          mkdirSync(join(directory, screen.name), { recursive: true });
          const file = join(screen.name, `${state}-${view.name}.png`);
          await page.screenshot({
            path: join(directory, file),
            fullPage: true,
            animations: 'disabled',
            caret: 'hide',
            timeout: PATIENCE_MS,
          });
          for (const what of await sideways(page)) console.log(`${screen.name} · ${state} · ${view.name}: ${what}`);
          const pictures = taken.get(screen.name) ?? [];
          taken.set(screen.name, [...pictures, { state, view, file }]);
        }
        await page.close();
        console.log(`${screen.name} · ${state}`);
      }
    } finally {
      await context.close();
    }
  };
  if (states.some((state) => state !== 'empty')) await onDemo(states, studio);
  if (states.includes('empty')) {
    const product = await startProduct({ env: { AUTOOPS_DEMO: 'off' } });
    try {
      await studio(product.url, readTokens(product))('empty', 'admin', screensOf());
    } finally {
      await product.stop();
    }
  }
  return taken;
}

async function onDemo(states, studio) {
  const product = await startProduct();
  try {
    const tokens = readTokens(product);
    const take = studio(product.url, tokens);
    const wanted = (state) => states.includes(state);
    if (wanted('learning'))
      await take(
        'learning',
        'operator',
        screensOf().filter(({ name }) => LEARNS.has(name)),
      );
    for (const state of ['loading', 'error', 'forbidden'])
      if (wanted(state)) await take(state, state === 'forbidden' ? 'ingest' : 'operator', screensOf());
    if (!states.some((state) => !WITHOUT_DATA.has(state) && state !== 'empty')) return;
    const shop = await Shop.open('prod', product);
    await shop.heal();
    await shop.break('noisy-job', true);
    const incident = await shop.incident(60);
    const plan = await shop.planOf(incident.id, 60);
    const { approvalId } = await shop.plan(plan.id);
    const known = { incident: incident.name, ...(approvalId === undefined ? {} : { approval: approvalId }) };
    if (wanted('open'))
      await take(
        'open',
        'operator',
        screensOf(known).filter(({ name }) => WAITS.has(name)),
      );
    const run = await shop.executeNewest(incident.id, 60);
    await shop.ended(run.id, 150);
    await shop.closed(incident.id, 60);
    await shop.replayed(incident.id, 60);
    const all = screensOf({ ...known, run: run.id });
    if (wanted('full')) await take('full', 'admin', all);
    if (wanted('viewer')) await take('viewer', 'viewer', all);
  } finally {
    await product.stop();
  }
}

/** What a reader has to push sideways, or sees cut: boxes that hold more than their width. */
function sideways(page) {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main *')]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 &&
          element.clientWidth > 8 &&
          (element === document.documentElement || getComputedStyle(element).overflowX !== 'visible'),
      )
      .map((element) => {
        const name = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
        return `${name} is ${element.clientWidth} wide and holds ${element.scrollWidth}`;
      }),
  );
}

/** A browser's context in which the principal is signed in. An ingest token opens no session: it goes with every request. */
async function contextOf(browser, url, state, token) {
  const context = await browser.newContext({
    reducedMotion: 'reduce',
    ...(state === 'forbidden' ? { extraHTTPHeaders: { authorization: `Bearer ${token}` } } : {}),
  });
  if (state === 'forbidden') return context;
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in with token' }).click();
  await page.locator('.rail').waitFor();
  await page.close();
  return context;
}

/** Holds or refuses what the state says, and signs out for the sign-in page. */
async function arrange(page, state, screen) {
  if (screen.name === 'sign-in') await page.context().clearCookies();
  const hit = (url) => {
    const { pathname } = new URL(url);
    return pathname.startsWith('/api/') && (pathname !== '/api/v1/session' || screen.name === 'sign-in');
  };
  // What the server drew and was answered would be shown instead.
  if (state === 'loading' || state === 'error') await comeUndrawn(page);
  if (state === 'loading') await page.route(hit, () => undefined);
  if (state === 'error') await page.route(hit, (route) => route.abort('connectionrefused'));
}

/** Opens the page and waits until it shows what it has: a skeleton where the state is to load. */
async function open(page, address, state) {
  await page.goto(address);
  await page.waitForFunction(() => document.getElementById('root')?.childElementCount !== 0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  if (state === 'loading') return page.waitForTimeout(600);
  // A failed read is asked for again before the page says so.
  await page
    .waitForFunction(
      () =>
        document.querySelector('h1') !== null &&
        document.querySelector('.skeleton, [role=status][aria-label=Loading]') === null,
      undefined,
      { timeout: 12_000 },
    )
    .catch(() => console.log(`${address} still loads`));
  await page.waitForTimeout(400);
}
