import { Plan, type IncidentResource } from '@autoops/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { needs } from '../parts.ts';
import { Shop, until } from '../scenarios/shop.ts';
import { expectAccessible, expectClean, expectNoOverflow } from './page-checks.ts';
import { arrive, signInAs, signInWithToken } from './sign-in.ts';
import { pictureOnFailure, tabTo, visit, type Visitor } from './visitor.ts';

needs('chromium')('The pages of one incident', () => {
  let shop: Shop;
  let phone: Visitor;
  let desk: Visitor;
  let incident: IncidentResource;
  let plan: Plan;
  let runId = '';
  beforeAll(async () => {
    shop = await Shop.open('staging');
    [phone, desk] = await Promise.all([
      visit({ touch: true, viewport: { width: 360, height: 640 }, scheme: 'dark' }),
      visit(),
      shop.heal(),
    ]);
    const broken = async (): Promise<typeof incident> => {
      await shop.break('noisy-job', true);
      return shop.incident(45);
    };
    // What another lane broke a moment ago may take this fault into its own incident; Vitest starts tests again, and no hooks.
    incident = await broken().catch(async () => {
      await shop.heal();
      return broken();
    });
    plan = await shop.planOf(incident.id, 60);
  });
  afterAll(async () => {
    await Promise.all([phone?.close(), desk?.close()]);
    await shop?.close();
  });

  it('tells a viewer why not, and nothing happens', async () => {
    const { page } = desk;
    pictureOnFailure(desk);
    const before = await shop.effects();
    await arrive(page, `${shop.url}/incidents/${incident.name}`);
    await signInWithToken(page, shop, 'viewer');
    const execute = page.locator('section[aria-labelledby="fix"]').getByRole('button', { name: 'Execute' });
    await execute.waitFor();
    expect(await execute.getAttribute('aria-disabled')).toBe('true');
    await execute.click({ force: true });
    await page.getByRole('tooltip').getByText('aiops:remediate').waitFor();
    await page.keyboard.press('x');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('aiops:remediate').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Execute in staging' });
    await tabTo(page, confirm);
    await page.keyboard.press('Enter');
    await expectAccessible(page, 'execute, refused');
    await page.keyboard.press('Escape');
    expect(await shop.effects()).toEqual(before);
    expect((await shop.load(incident.id)).runIds).toEqual([]);
    expect((await shop.audit(incident.id)).filter(({ verb }) => verb.startsWith('plan.execute'))).toEqual([]);
    await expectClean(desk, shop);
  });

  it('shows a plan that changed under the open dialog against the new one, and runs only that', async () => {
    const { page } = phone;
    pictureOnFailure(phone);
    await arrive(page, `${shop.url}/`);
    await signInAs(page, 'operator');
    await page.locator(`a.item[href="/incidents/${incident.name}"]`).tap();
    await page.getByRole('button', { name: 'Evaluate' }).tap();
    await page.locator('table.matrix tr.total td').first().waitFor();
    await expectNoOverflow(page, 360);
    await page.getByRole('link', { name: incident.name, exact: true }).tap();
    await page.getByRole('button', { name: 'Execute' }).tap();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Execute in staging' }).waitFor();
    await shop.call('operator', 'POST', '/api/v1/plan', z.unknown(), { body: { incidentId: incident.id } });
    await dialog.getByRole('list', { name: 'What changed in the plan' }).waitFor({ timeout: 20_000 });
    const next = await until('judged new plan', 20, async () => {
      const found = await shop.planOf(incident.id, 20);
      return found.id === plan.id ? undefined : found;
    });
    expect((await shop.plan(plan.id)).state).toBe('superseded');
    for (const step of next.steps) await dialog.getByText(step.title).first().waitFor();
    await expectAccessible(page, 'plan changed');
    await expectNoOverflow(page, 360);
    expect((await shop.load(incident.id)).runIds, 'nothing ran meanwhile').toEqual([]);
    await dialog.getByRole('button', { name: `Execute plan v${next.version} in staging` }).tap();
    await page.waitForURL(/\/runs\//, { timeout: 30_000 });
    runId = page.url().split('/runs/')[1]?.split('?')[0] ?? '';
    const run = await shop.run(runId);
    expect({ plan: run.planId, hash: run.planHash }).toEqual({ plan: next.id, hash: next.hash });
  });

  it('pauses and resumes a run for both tabs, and Abort undoes what was done', async () => {
    const { page } = phone;
    pictureOnFailure(phone);
    await page.getByRole('button', { name: 'Pause' }).tap();
    await page.locator('.chip').getByText('Paused').waitFor({ timeout: 10_000 });
    const second = await phone.openTab();
    await second.goto(`${shop.url}/runs/${runId}`);
    await second.locator('.chip').getByText('Paused').waitFor({ timeout: 10_000 });
    // What was on its way when it was paused may still arrive; after that nothing does.
    await until('step at rest', 15, async () =>
      (await shop.run(runId)).steps.some(({ state }) => ['intended', 'dispatched', 'unknown'].includes(state))
        ? undefined
        : true,
    );
    const held = await shop.effects();
    await expectNoOverflow(page, 360);
    await expectAccessible(page, 'run, paused');
    expect(await shop.effects(), 'a paused run changes nothing').toEqual(held);

    await page.getByRole('button', { name: 'Resume' }).tap();
    await second.locator('.chip').getByText('Paused').waitFor({ state: 'detached', timeout: 10_000 });
    await page.getByRole('button', { name: 'Abort' }).tap();
    await page.getByRole('dialog').getByRole('button', { name: 'Abort run' }).tap();
    const ended = await shop.ended(runId, 60);
    expect(ended.state).toBe('aborted');
    expect(ended.steps.map(({ state }) => state).filter((state) => ['applied', 'verified'].includes(state))).toEqual(
      [],
    );
    for (const tab of [page, second]) await tab.locator('.chip').getByText('Aborted').waitFor({ timeout: 10_000 });
    const streams = phone.addresses.filter((address) => address.includes('/api/v1/events'));
    expect(streams.length, 'both tabs live on one stream').toBe(1);
    await expectClean(phone, shop);
    await second.close();
  });

  it('asks whoever lost their session to sign in, and returns to the same page', async () => {
    const { page, context } = phone;
    pictureOnFailure(phone);
    await arrive(page, `${shop.url}/incidents/${incident.name}`);
    await signInAs(page, 'operator');
    await page.getByRole('tab', { name: 'Timeline' }).waitFor();
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const ended = await fetch(`${shop.url}/api/v1/session`, {
      method: 'DELETE',
      headers: { cookie, 'x-autoops': '1' },
    });
    expect(ended.status).toBeLessThan(300);
    // Whichever request comes first finds out: the page's own, or the one of the tap.
    await page
      .getByRole('tab', { name: 'Evidence' })
      .tap({ timeout: 3000 })
      .catch(() => undefined);
    await page.getByRole('button', { name: 'Continue as operator@demo' }).waitFor({ timeout: 60_000 });
    expect(new URL(page.url()).pathname).toBe(`/incidents/${incident.name}`);
    await expectAccessible(page, 'signed out');
    await signInAs(page, 'operator');
    await page.getByRole('tab', { name: 'Timeline' }).waitFor();
    phone.forgive(/\b401\b/);
    await expectClean(phone, shop);
  });
});
