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
} from './checks.ts';
import { expectClean, expectStillLayout } from './page-checks.ts';
import { arrive, signInAs } from './sign-in.ts';
import { isSameDocument, pictureOnFailure, visit, type Visitor } from './visitor.ts';

needs('chromium')('The walk by mouse, in staging', () => {
  let shop: Shop;
  let visitor: Visitor;
  let runId = '';
  beforeAll(async () => {
    shop = await Shop.open('staging');
    visitor = await visit();
  });
  afterAll(async () => {
    await visitor?.close();
    await shop?.close();
  });

  it('goes from the spike to the brief, and every step is on the page', async () => {
    const { page } = visitor;
    pictureOnFailure(visitor);
    const byMouse = (target: Locator): Promise<void> => target.click();
    await arrive(page, shop.url);
    await signInAs(page, 'operator');
    await page.locator('#root .tile').first().waitFor();

    const { incident, row } = await expectIncidentToCome(page, shop, 'noisy-job', true);
    await row.click();

    await expectTriptych(page, shop, incident);
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await expectMatrix(page);
    await page.getByRole('link', { name: incident.name, exact: true }).click();

    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Execute in staging' }).click();
    runId = await expectVerifiedRun(page, shop);

    await expectClosedVerified(shop, incident.id);
    await page.getByRole('link', { name: incident.name, exact: true }).click();
    await expectNarrative(page, byMouse);
    expect(await page.locator('.evidence-list [aria-current="true"]').innerText()).toMatch(/^E\d+/);

    await expectExports(page, byMouse);
    expect(await isSameDocument(page), 'the whole walk took one page load').toBe(true);
    await expectStillLayout(page);
    await expectClean(visitor, shop);
  });

  it('rolls a verified run back on a click', async () => {
    const { page } = visitor;
    pictureOnFailure(visitor);
    const done = (await shop.run(runId)).steps.filter((step) => step.state === 'verified').map((step) => step.index);
    const before = (await shop.effects()).length;
    await arrive(page, `${shop.url}/runs/${runId}`);
    await signInAs(page, 'operator');
    await page.getByRole('button', { name: 'Roll back' }).click();
    const clicked = Date.now();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('Rolled back').first().waitFor({ timeout: 60_000 });

    const run = await shop.ended(runId, 60);
    expect(run.state).toBe('rolled-back');
    expect(run.rollbackToken?.state).toBe('used');
    expect(run.steps.filter((step) => step.state === 'compensated').map((step) => step.index)).toEqual(done);
    const undone = (await shop.effects()).slice(before);
    expect(undone.length, 'one effect in the ledger for each step that was done').toBeGreaterThanOrEqual(done.length);
    const first = Math.min(...undone.map((effect) => Date.parse(effect.at))) - clicked;
    console.log(`Roll back: ${first} ms from the click to the first undo effect, ${done.length} steps`);
    expect(first).toBeLessThan(5000);
    await expectStillLayout(page);
    await expectClean(visitor, shop);
  });
});
