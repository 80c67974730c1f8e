/// <reference lib="dom" />
import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../../parts.ts';
import { Shop } from '../../scenarios/shop.ts';
import { expectAccessible, expectNoOverflow, untilDrawn } from '../page-checks.ts';
import { signInWithToken } from '../sign-in.ts';
import { comeUndrawn } from '../undrawn.ts';
import { pictureOnFailure, visit, type Visitor } from '../visitor.ts';

/** One of each kind: the overview, a list, a single thing with cards, and one with its own head. */
const ROUTES = ['/', '/services', '/services/staging:checkout', '/runs/00000000-0000-7000-8000-000000000000'];
const isApi = (url: URL): boolean => url.pathname.startsWith('/api/') && url.pathname !== '/api/v1/session';
/** A page that waits for a busy machine is no finding. */
const PATIENCE_MS = 90_000;

needs('chromium')('The states of a screen that nobody wishes to see', () => {
  let shop: Shop;
  let visitor: Visitor;
  beforeAll(async () => {
    // No baseline is needed: none of these states shows data.
    shop = await Shop.join('staging');
    visitor = await visit();
    visitor.context.setDefaultTimeout(PATIENCE_MS);
    await visitor.page.goto(shop.url);
    await signInWithToken(visitor.page, shop, 'admin');
  });
  afterAll(async () => {
    await visitor?.close();
    await shop?.close();
  });

  /** Each route in a state: that it is reached, that axe finds nothing, and that it fits a phone. */
  async function expectState(page: Page, state: string, reached: (page: Page) => Promise<void>): Promise<void> {
    for (const route of ROUTES) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(shop.url + route, { waitUntil: 'commit' });
      await reached(page);
      await page.locator('#root main h1').first().waitFor();
      await expectAccessible(page, `${route}, ${state}`);
      await expectNoOverflow(page, 320);
    }
  }
  const says = (words: RegExp) => (page: Page) => page.locator('main').getByText(words).first().waitFor();

  it('an unreachable server: says so, what goes on, and what to look at', async () => {
    pictureOnFailure(visitor);
    const page = await visitor.openTab();
    await comeUndrawn(page);
    await page.route(isApi, (route: Route) => route.abort('connectionrefused'));
    await expectState(page, 'unreachable', says(/asks again every few seconds/));
    await page.close();
  });

  it('a role that may not: names permission, roles and the command of whoever can grant it', async () => {
    pictureOnFailure(visitor);
    const page = await visitor.openTab();
    // An ingest token opens no session; sent with every request the server itself refuses it every read.
    await page.setExtraHTTPHeaders({ authorization: `Bearer ${shop.token('ingest')}` });
    await expectState(page, 'forbidden', says(/aiops:read \(role viewer, operator, approver or admin\)/));
    await page.close();
  });

  it('loading: a skeleton under the name of the screen, and nothing that moves where motion is unwanted', async () => {
    pictureOnFailure(visitor);
    const page = await visitor.openTab();
    await comeUndrawn(page);
    await page.route(isApi, () => undefined);
    await expectState(page, 'loading', async () => {
      await page.locator('main .skeleton').first().waitFor();
      expect(await page.evaluate(() => document.getAnimations().length), `animations on ${page.url()}`).toBe(0);
    });
    await page.close();
  });

  it('tells every status by shape and word, whatever colours the eye or the system leaves', async () => {
    pictureOnFailure(visitor);
    const page = await visitor.openTab();
    await page.goto(`${shop.url}/design`);
    await untilDrawn(page);
    for (const forcedColors of ['none', 'active'] as const) {
      await page.emulateMedia({ forcedColors });
      const kinds = await page.evaluate(() =>
        [...document.querySelectorAll('section[aria-label^="Status"] .row')].map((row) =>
          [...row.querySelectorAll('.chip:has(svg), .status:has(svg)')].map((chip) => {
            const glyph = chip.querySelector('svg');
            const style = getComputedStyle(chip);
            return {
              word: chip.textContent?.trim() ?? '',
              shape: glyph?.innerHTML ?? '',
              size: glyph?.getBoundingClientRect().width ?? 0,
              tone: chip.className,
              edged: !chip.classList.contains('chip') || style.borderTopWidth !== '0px',
            };
          }),
        ),
      );
      expect(kinds.flat().length).toBeGreaterThan(40);
      // What is decided by at a glance is told apart by shape alone; the rest at least by its word.
      for (const statuses of kinds.slice(0, 2)) {
        const tones = new Map(statuses.map(({ tone, shape }) => [tone, shape]));
        expect(new Set(tones.values()).size).toBe(tones.size);
      }
      for (const statuses of kinds) {
        expect(new Set(statuses.map(({ word }) => word)).size, 'a word of its own for each').toBe(statuses.length);
        for (const status of statuses) {
          expect(status, 'a status without a word, a shape or an edge').toMatchObject({
            word: expect.stringMatching(/\w/),
            shape: expect.stringMatching(/</),
            edged: true,
          });
          expect(status.size).toBeGreaterThanOrEqual(12);
        }
      }
    }
    await page.close();
  });
});
