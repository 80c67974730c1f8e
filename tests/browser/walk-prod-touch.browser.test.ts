import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../parts.ts';
import { Shop } from '../scenarios/shop.ts';
import {
  expectClosedVerified,
  expectDecisionInSight,
  expectExports,
  expectIncidentToCome,
  expectMatrix,
  expectNarrative,
  expectTriptych,
  expectVerifiedRun,
  toTheApprovalThatWaits,
} from './checks.ts';
import { expectAccessible, expectClean, expectInSight, expectNoOverflow, expectStillLayout } from './page-checks.ts';
import { arrive, waitUntilLive } from './sign-in.ts';
import { isSameDocument, markDocument, pictureOnFailure, visit, type Visitor } from './visitor.ts';

/** ux.md "Approvals, phone": one hand, one card. */
const PHONE = { width: 360, height: 640 };

/** A bad release: prod always asks a second person whether it may be undone, however much the shop has to do just then. */
needs('chromium')('The walk by touch on a phone, in prod', () => {
  let shop: Shop;
  let visitor: Visitor;
  beforeAll(async () => {
    shop = await Shop.open('prod');
    visitor = await visit({ touch: true, viewport: PHONE });
  });
  afterAll(async () => {
    await visitor?.close();
    await shop?.close();
  });

  it('leads from the incident over the approval to the brief, and what decides stands on one screen', async () => {
    const { page } = visitor;
    pictureOnFailure(visitor);
    const byTouch = (target: Locator): Promise<void> => target.tap();
    await arrive(page, shop.url);
    await page.getByRole('button', { name: 'Continue as operator@demo' }).tap();
    await waitUntilLive(page);
    await page.locator('.tile').first().waitFor();

    const { incident } = await expectIncidentToCome(page, shop, 'bad-release');
    await page.getByRole('button', { name: 'Menu', exact: true }).tap();
    await page
      .locator('.rail')
      .getByRole('link', { name: /^Incidents/ })
      .tap();
    await page.locator(`main a[href="/incidents/${incident.name}"]`).first().tap();

    await expectTriptych(page, shop, incident);
    await expectNoOverflow(page, PHONE.width, PHONE.height);
    await page.getByRole('button', { name: 'Evaluate' }).tap();
    await expectMatrix(page);
    await page.getByRole('link', { name: incident.name, exact: true }).tap();

    await page.locator('section[aria-labelledby="fix"]').getByRole('link', { name: 'Open approval' }).tap();
    await page.waitForURL(/\/approvals\//);
    await toTheApprovalThatWaits(page, byTouch);
    const approve = page.locator('button', { hasText: 'Approve and run' });
    const card = page.locator('article.approval');
    await expectInSight(page, { what: card.locator('h1'), where: card.locator('.approval-head'), Approve: approve });
    await page.locator('button[aria-disabled="true"]', { hasText: 'Approve and run' }).tap({ force: true });
    expect(await shop.effects(), 'nothing is done before somebody else approved').toEqual([]);

    await page.getByRole('button', { name: /^User menu/ }).tap();
    // A switch counts as a fresh log-in, and as such loads the page again.
    await Promise.all([
      page.waitForEvent('load'),
      page.getByRole('menuitem', { name: 'Switch to approver@demo' }).tap(),
    ]);
    await markDocument(page);
    await toTheApprovalThatWaits(page, byTouch);
    await page.locator('button:not([aria-disabled])', { hasText: 'Approve and run' }).waitFor();
    await expectDecisionInSight(page);
    await expectAccessible(page, 'approval on a phone');
    await expectNoOverflow(page, PHONE.width, PHONE.height);
    await approve.tap();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /Type prod/ }).tap();
    await page.keyboard.type('prod'); // what the phone's own keyboard sends
    await dialog.getByRole('button', { name: 'Approve and run in prod' }).tap();
    await page.getByRole('link', { name: 'Watch the run' }).tap();
    await expectVerifiedRun(page, shop);
    await expectNoOverflow(page, PHONE.width, PHONE.height);

    await expectClosedVerified(shop, incident.id);
    await page.getByRole('link', { name: incident.name, exact: true }).tap();
    await expectNarrative(page, byTouch);
    await expectExports(page, byTouch);
    expect(await isSameDocument(page), 'from the switch on it took one page load').toBe(true);
    await expectStillLayout(page);
    await expectClean(visitor, shop);
  }, 360_000);
});
