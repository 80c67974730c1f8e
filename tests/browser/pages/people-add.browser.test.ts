import { AlarmPrecision, IncidentRow, page as pageOf, type IncidentResource } from '@autoops/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { needs } from '../../parts.ts';
import { Shop, until } from '../../scenarios/shop.ts';
import { expectClean } from '../page-checks.ts';
import { signInWithToken } from '../sign-in.ts';
import { pictureOnFailure, visit, type Visitor } from '../visitor.ts';

const EDITED = { runbook: 'shed-load', field: 'Share of retries refused, shed-load', from: 100, to: 50 };

needs('chromium')('What people add to what was measured', () => {
  let prod: Shop;
  let desk: Visitor;
  let incident: IncidentResource;
  beforeAll(async () => {
    prod = await Shop.open('prod');
    const path = '/api/v1/incidents?environment=prod&limit=20';
    const known = async () =>
      (await prod.call('viewer', 'GET', path, pageOf(IncidentRow))).items.find(({ state }) => state === 'closed');
    // Alone, without the walks before it, there is no incident yet.
    if ((await known()) === undefined) {
      await prod.heal();
      await prod.break('bad-release');
      const plan = await prod.planOf((await prod.incident(60)).id, 60);
      await prod.ended((await prod.execute(plan)).id, 150);
      await prod.closed(plan.incidentId, 60);
    }
    incident = await prod.load((await until('closed incident', 10, known)).id);
    desk = await visit();
    await desk.page.goto(prod.url);
    await signInWithToken(desk.page, prod, 'admin');
  });
  beforeEach(() => pictureOnFailure(desk));
  afterAll(async () => {
    await desk?.close();
    await prod?.close();
  });

  const labelled = async (): Promise<{ readonly useful: number; readonly noise: number }> => {
    const { detectors } = await prod.call('viewer', 'GET', '/api/v1/precision', AlarmPrecision);
    const sum = (of: 'useful' | 'noise') => detectors.reduce((all, detector) => all + detector[of], 0);
    return { useful: sum('useful'), noise: sum('noise') };
  };

  it('says of an alarm that it was useful, then noise, and takes it back: the precision of its detector follows', async () => {
    const { page } = desk;
    await page.goto(`${prod.url}/incidents/${incident.name}`);
    const card = page.locator('section[aria-labelledby="detected"]');
    const question = card.getByRole('group', { name: 'Was this alarm useful?' });
    await question.waitFor();
    const before = await labelled();
    const choose = async (name: 'Useful' | 'Noise' | 'Undo', after: typeof before) => {
      await question.getByRole('button', { name, exact: true }).click();
      await expect.poll(labelled, { timeout: 15_000 }).toEqual(after);
    };
    await choose('Useful', { ...before, useful: before.useful + 1 });
    await card.getByText(/^Of \d+ alarms? like it, \d+ (was|were) useful/).waitFor({ timeout: 15_000 });
    await choose('Noise', { ...before, noise: before.noise + 1 });
    const pressed = () => question.getByRole('button', { name: 'Noise', exact: true }).getAttribute('aria-pressed');
    await expect.poll(pressed, { timeout: 15_000 }).toBe('true');
    await choose('Undo', before);
    await expectClean(desk, prod);
  });

  it('notes something on a chart, sees it there, removes it and puts it back', async () => {
    const { page } = desk;
    const note = `stock counted ${Date.now()}`;
    await page.goto(`${prod.url}/services/prod:checkout`);
    const charts = page.getByRole('img', { name: new RegExp(`Marked: .*${note}`) });
    const notes = page.getByRole('region', { name: 'Notes in this range' });
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('dialog').getByLabel('What happened').fill(note);
    await page.getByRole('dialog').getByRole('button', { name: 'Note it' }).click();
    await notes.getByText(note).waitFor({ timeout: 15_000 });
    await charts.first().waitFor({ timeout: 15_000 });
    await notes.getByRole('button', { name: `Remove the note ${note}` }).click();
    await charts.first().waitFor({ state: 'detached', timeout: 15_000 });
    await notes.getByRole('button', { name: 'Undo' }).click();
    await charts.first().waitFor({ timeout: 15_000 });
    await notes.getByRole('button', { name: `Remove the note ${note}` }).click();
    await charts.first().waitFor({ state: 'detached', timeout: 15_000 });
    await expectClean(desk, prod);
  });

  it('changes a parameter of a plan, sees what policy says of it, and proposes it as the next version', async () => {
    const { page } = desk;
    const plan = await prod.guide(incident.id, [{ name: EDITED.runbook }]);
    const before = await prod.effects();
    await page.goto(`${prod.url}/incidents/${incident.name}/evaluate`);
    await page.locator('table.matrix tr.total td').first().waitFor({ timeout: 15_000 });
    await page.getByLabel(EDITED.field).fill(String(EDITED.to));
    await page.getByText('The matrix above is of the edited plan.').waitFor({ timeout: 15_000 });
    const title = plan.steps[0]?.title.replace(String(EDITED.from), String(EDITED.to)) ?? '';
    await page.locator('.plan-change').getByText(title).first().waitFor();
    expect((await prod.plan(plan.id)).state, 'nothing is stored by asking').toBe(plan.state);
    await page.getByRole('button', { name: 'Propose this plan' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Propose this plan' }).click();
    await page.waitForURL(new RegExp(`/incidents/${incident.name}$`));
    const next = await prod.planOf(incident.id, 30, plan.id);
    expect({ version: next.version, titles: next.steps.map((step) => step.title) }).toEqual({
      version: plan.version + 1,
      titles: [title],
    });
    expect((await prod.plan(plan.id)).state).toBe('superseded');
    await page.locator('section[aria-labelledby="fix"]').getByText(title, { exact: true }).waitFor({ timeout: 15_000 });
    // Prod asks for a person, and this one says no: nothing of it was ever done.
    const approvalId = await until('approval that is asked for', 30, async () => (await prod.plan(next.id)).approvalId);
    await prod.call('approver', 'POST', `/api/v1/approvals/${approvalId}/reject`, z.unknown(), {
      ifMatch: next.hash,
      body: { reason: 'browser test' },
    });
    expect((await prod.closed(incident.id, 60)).outcome).toBe('rejected');
    expect(await prod.effects()).toEqual(before);
    await expectClean(desk, prod);
  });
});
