/// <reference lib="dom" />
import { IncidentRow, page as pageOf, Run } from '@autoops/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../../parts.ts';
import { Shop } from '../../scenarios/shop.ts';
import { expectAccessible, expectClean, expectNoOverflow, expectStillLayout, untilDrawn } from '../page-checks.ts';
import { signInWithToken } from '../sign-in.ts';
import { contentOf, pictureOnFailure, visit, type Visitor } from '../visitor.ts';

/** 320 is what 1280 becomes at 400 %, and 720 what 1440 becomes at 200 % (WCAG 1.4.10, 1.4.4); the phone's 360 lies between. */
const WIDTHS = [720, 320];
const ROUTES = [
  '/',
  '/services',
  '/services/staging:checkout',
  '/incidents',
  '/runs',
  '/approvals',
  '/value',
  '/audit',
  '/runbooks',
  '/runbooks/throttle-noisy-job',
  '/policies',
  '/integrations',
  '/self',
  '/settings',
  '/design',
  '/no-such-screen',
];

/** What the server drew before any script ran: the screen's heading, once the API was not too busy to answer in time. */
async function expectDrawnByServer(page: Page, url: string): Promise<void> {
  const drawn = page.locator('#first-frame main h1').first();
  await expect
    .poll(
      async () => {
        await page.goto(url);
        return drawn.textContent({ timeout: 1000 }).catch(() => '');
      },
      { timeout: 30_000, message: `${url} without scripts` },
    )
    .not.toMatch(/^(Now)?$/);
}

needs('chromium')('Every screen', () => {
  let shop: Shop;
  let desk: Visitor;
  let phone: Visitor;
  const routes = [...ROUTES];
  beforeAll(async () => {
    shop = await Shop.open('staging');
    const [incidents, runs] = await Promise.all([
      shop.call('viewer', 'GET', '/api/v1/incidents?limit=20', pageOf(IncidentRow)),
      shop.call('viewer', 'GET', '/api/v1/runs?limit=20', pageOf(Run)),
    ]);
    const incident = incidents.items.find(({ state }) => state === 'closed') ?? incidents.items[0];
    const run = runs.items[0];
    if (incident !== undefined) {
      for (const tab of ['', '?tab=evidence', '?tab=runs', '?tab=narrative', '?tab=review', '/evaluate'])
        routes.push(`/incidents/${incident.name}${tab}`);
    }
    if (run !== undefined) routes.push(`/runs/${run.id}`);
    desk = await visit();
    phone = await visit({ touch: true, viewport: { width: 360, height: 640 } });
    await Promise.all(
      [desk, phone].map(async ({ page }) => {
        await page.goto(shop.url);
        await expectAccessible(page, 'sign-in');
        await signInWithToken(page, shop, 'admin');
      }),
    );
  });
  afterAll(async () => {
    await Promise.all([desk?.close(), phone?.close()]);
    await shop?.close();
  });

  it('has no axe violation, light and dark, and nothing that overflows at 200 % or 320 px', async () => {
    const { page } = desk;
    pictureOnFailure(desk);
    const problems: string[] = [];
    for (const route of routes) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(shop.url + route);
      await untilDrawn(page);
      const checks = [
        () => expectStillLayout(page),
        () => expectAccessible(page, route),
        ...WIDTHS.map((width) => () => expectNoOverflow(page, width)),
      ];
      // All of them, so that one run names everything that is wrong.
      for (const check of checks) await check().catch((error: unknown) => problems.push(`${String(error)}`));
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
    await expectClean(desk, shop);
  });

  it('is drawn by the server, for a machine that is slow to run scripts', async () => {
    const scriptless = await desk.page.context().browser()?.newContext({ javaScriptEnabled: false });
    if (scriptless === undefined) throw new Error('The browser is gone.');
    await scriptless.addCookies(await desk.context.cookies());
    const page = await scriptless.newPage();
    for (const route of routes) await expectDrawnByServer(page, shop.url + route);
    await scriptless.close();
  });

  it('tells the story and hands out the exports to a finger on a phone', async () => {
    const { page } = phone;
    pictureOnFailure(phone);
    const story = routes.find((route) => route.includes('tab=narrative'));
    await page.goto(shop.url + (story ?? '/'));
    await page.locator('#root main h1').first().waitFor();
    if (story === undefined) return;
    await page.getByRole('tab', { name: 'Evidence' }).tap();
    await page.locator('.evidence-list button').first().tap();
    await page.getByRole('region', { name: /^Evidence E\d+/ }).waitFor();
    for (const name of ['Export PDF', 'Export JSON']) {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name }).tap();
      expect((await contentOf(await download)).length).toBeGreaterThan(1000);
    }
    await page.getByRole('tab', { name: 'Timeline' }).tap();
    await page.getByRole('list', { name: 'Timeline, newest first' }).waitFor();
    await expectNoOverflow(page, 360);
    await expectClean(phone, shop);
  });
});
