import { AlarmPrecision, AnomalyLabel, page as pageOf, type IncidentResource } from '@autoops/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { needs } from '../../parts.ts';
import { Shop, until } from '../../scenarios/shop.ts';
import { expectDecisionInSight } from '../checks.ts';
import { expectClean } from '../page-checks.ts';
import { arrive, signInWithToken } from '../sign-in.ts';
import { pictureOnFailure, visit, type Visitor } from '../visitor.ts';

/** As long as plans become; prod asks a second person about the sixth replica. */
const GUIDED = [
  { name: 'throttle-noisy-job' },
  { name: 'scale-replicas', parameters: { replicas: 6 } },
  { name: 'park-poison' },
];
/** As many as prod may have without an approval. */
const REPLICAS = { field: 'Replicas', to: 5 };
const MESSAGES = { field: 'Messages at most', from: 50, to: 20 };

needs('chromium')('What people add to what was measured', () => {
  let prod: Shop;
  let desk: Visitor;
  let phone: Visitor;
  let opened: IncidentResource | undefined;
  beforeAll(async () => {
    prod = await Shop.open('prod');
    desk = await visit();
    phone = await visit({ touch: true, viewport: { width: 360, height: 640 } });
    await desk.page.goto(prod.url);
    await signInWithToken(desk.page, prod, 'admin');
  });
  /** The incident of a fault that lasts until somebody acts, and of which nothing grows: a message that blocks the queue of orders. */
  const troubled = async (): Promise<IncidentResource> => {
    if (opened === undefined) {
      await prod.heal();
      await prod.break('poison-message');
      const incident = await prod.incident(60);
      await prod.planOf(incident.id, 60);
      opened = incident;
    }
    return opened;
  };
  beforeEach(() => [desk, phone].forEach(pictureOnFailure));
  afterAll(async () => {
    await Promise.all([desk?.close(), phone?.close()]);
    await prod?.close();
  });

  it('changes a parameter of a plan, sees what policy says of it, and proposes it as the next version', async () => {
    const { page } = desk;
    const incident = await troubled();
    const plan = await prod.guide(incident.id, GUIDED);
    expect(plan).toMatchObject({ state: 'awaiting-approval', requester: { kind: 'person' } });
    await page.goto(`${prod.url}/incidents/${incident.name}/evaluate`);
    const verdict = page.locator('table.matrix tr.total td[data-title="prod"]');
    const edit = page.getByRole('region', { name: 'What if its parameters were others' });
    await verdict.getByText('Needs approval').waitFor({ timeout: 15_000 });
    await edit.getByLabel(REPLICAS.field).fill(String(REPLICAS.to));
    await edit.getByText('The matrix above is of the edited plan.').waitFor({ timeout: 15_000 });
    await verdict.getByText('Allow', { exact: true }).waitFor({ timeout: 15_000 });
    await edit.getByRole('button', { name: 'Back to the stored plan' }).click();
    await verdict.getByText('Needs approval').waitFor({ timeout: 15_000 });

    await edit.getByLabel(MESSAGES.field).fill(String(MESSAGES.to));
    const titles = plan.steps.map(({ title }) => title.replace(`most ${MESSAGES.from}`, `most ${MESSAGES.to}`));
    const changed = titles.find((title) => plan.steps.every((step) => step.title !== title)) ?? 'no other title';
    await edit.getByText(changed).first().waitFor({ timeout: 15_000 });
    expect((await prod.load(incident.id)).planId, 'nothing is stored by asking').toBe(plan.id);
    expect(await prod.plan(plan.id)).toEqual(plan);

    await edit.getByRole('button', { name: 'Propose this plan' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Propose this plan' }).click();
    await page.waitForURL(new RegExp(`/incidents/${incident.name}$`));
    const next = await prod.planOf(incident.id, 30, plan.id);
    expect({ version: next.version, titles: next.steps.map(({ title }) => title) }).toEqual({
      version: plan.version + 1,
      titles,
    });
    expect((await prod.plan(plan.id)).state).toBe('superseded');
    const fix = page.locator('section[aria-labelledby="fix"]');
    await fix.getByText(changed, { exact: true }).waitFor({ timeout: 15_000 });

    // Prod asks a second person, who has a phone and says no: nothing of either plan was ever done.
    const approvalId = await until('approval that is asked for', 30, async () => (await prod.plan(next.id)).approvalId);
    const { page: card } = phone;
    await arrive(card, `${prod.url}/approvals/${approvalId}?v=${next.hash.slice(0, 8)}`);
    await card.getByRole('button', { name: 'Continue as approver@demo' }).tap();
    await card.locator('button:not([aria-disabled])', { hasText: 'Approve and run' }).waitFor();
    await expectDecisionInSight(card);
    await card.getByRole('button', { name: 'Reject' }).tap();
    await card.getByRole('dialog').getByLabel('Why').fill('One replica more is enough');
    await card.getByRole('dialog').getByRole('button', { name: 'Reject plan' }).tap();
    expect((await prod.closed(incident.id, 60)).outcome).toBe('rejected');
    expect(await prod.effects()).toEqual([]);
    for (const visitor of [desk, phone]) await expectClean(visitor, prod);
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

  const labelled = async (): Promise<{ readonly useful: number; readonly noise: number }> => {
    const { detectors } = await prod.call('viewer', 'GET', '/api/v1/precision', AlarmPrecision);
    const sum = (of: 'useful' | 'noise') => detectors.reduce((all, detector) => all + detector[of], 0);
    return { useful: sum('useful'), noise: sum('noise') };
  };

  it('says of an alarm that it was useful, then noise, and takes it back: the precision of its detector follows', async () => {
    const { page } = desk;
    const incident = await troubled();
    // While it lasts another alarm may join and become the one that is asked about.
    await prod.heal();
    await page.goto(`${prod.url}/incidents/${incident.name}`);
    const card = page.locator('section[aria-labelledby="detected"]');
    const question = card.getByRole('group', { name: 'Was this alarm useful?' });
    await question.getByRole('button', { name: 'Useful' }).waitFor();
    const own = await prod.call('viewer', 'GET', `/api/v1/incidents/${incident.id}/labels`, pageOf(AnomalyLabel));
    // A start that failed half-way left what it had said.
    if (own.items.length > 0) {
      await question.getByRole('button', { name: 'Undo' }).click();
      await question.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached', timeout: 15_000 });
    }
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
});
