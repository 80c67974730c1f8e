import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../parts.ts';
import { Shop } from '../scenarios/shop.ts';
import {
  expectClosedVerified,
  expectExports,
  expectIncidentToCome,
  expectMatrix,
  expectNarrative,
  expectTriptych,
  expectVerifiedRun,
  toTheApprovalThatWaits,
} from './checks.ts';
import { expectAccessible, expectClean, expectStillLayout } from './page-checks.ts';
import { arrive } from './sign-in.ts';
import { pickFromMenu, pictureOnFailure, tabTo, visit, type Visitor } from './visitor.ts';

needs('chromium')('The walk by keyboard alone, in prod', () => {
  let shop: Shop;
  let visitor: Visitor;
  beforeAll(async () => {
    shop = await Shop.open('prod');
    visitor = await visit({ scheme: 'dark' });
  });
  afterAll(async () => {
    await visitor?.close();
    await shop?.close();
  });

  it('asks for an approval, gets it from a second person, and ends verified', async () => {
    const { page } = visitor;
    pictureOnFailure(visitor);
    const { keyboard } = page;
    const byKeyboard = async (link: Locator): Promise<void> => {
      await tabTo(page, link);
      await keyboard.press('Enter');
    };
    await arrive(page, shop.url);
    await tabTo(page, page.getByRole('button', { name: 'Continue as operator@demo' }));
    await keyboard.press('Enter');
    await page.locator('.chip.live').getByText(/^Live/).waitFor();
    await page.locator('#root .tile').first().waitFor();

    const { incident } = await expectIncidentToCome(page, shop, 'noisy-job', true);
    await keyboard.press('g');
    await keyboard.press('i');
    await page.waitForURL(/\/incidents$/);
    await tabTo(page, page.locator(`main a[href="/incidents/${incident.name}"]`).first());
    await keyboard.press('Enter');

    await expectTriptych(page, shop, incident);
    await keyboard.press('e');
    await expectMatrix(page);
    await keyboard.press('Escape');

    // Executing what waits for an approval leads to the approval; who asks for it cannot give it.
    await page.locator('section[aria-labelledby="fix"]').getByRole('link', { name: 'Open approval' }).waitFor();
    await keyboard.press('x');
    await page.waitForURL(/\/approvals\//);
    await toTheApprovalThatWaits(page, byKeyboard);
    await page.locator('button[aria-disabled="true"]', { hasText: 'Approve and run' }).waitFor();
    await expectAccessible(page, 'approval, asked by oneself');
    await keyboard.press('a');
    expect(await shop.effects(), 'nothing is done before somebody else approved').toEqual([]);

    await pickFromMenu(
      page,
      page.getByRole('button', { name: /^User menu/ }),
      page.getByRole('menuitem', { name: 'Switch to approver@demo' }),
    );
    await page.getByRole('button', { name: /^User menu: .*approver/ }).waitFor();
    await toTheApprovalThatWaits(page, byKeyboard);
    await page.locator('button:not([aria-disabled])', { hasText: 'Approve and run' }).waitFor();
    await keyboard.press('a');
    await page.getByRole('textbox', { name: /Type prod/ }).waitFor();
    await keyboard.type('prod');
    await keyboard.press('Enter');
    await tabTo(page, page.getByRole('link', { name: 'Watch the run' }));
    await keyboard.press('Enter');
    await expectVerifiedRun(page, shop);

    await expectClosedVerified(shop, incident.id);
    await tabTo(page, page.getByRole('link', { name: incident.name, exact: true }));
    await keyboard.press('Enter');
    await expectNarrative(page, byKeyboard);
    expect(await page.getByRole('link', { name: 'Export PDF' }).getAttribute('aria-keyshortcuts')).toBe('p');
    await expectExports(page, async (link) => {
      const key = await link.getAttribute('aria-keyshortcuts');
      await (key === null ? byKeyboard(link) : keyboard.press(key));
    });
    await expectStillLayout(page);
    await expectClean(visitor, shop);
  });
});
