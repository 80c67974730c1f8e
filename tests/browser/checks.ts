import { verifyBundle } from '@autoops/reports';
import type { IncidentResource, Plan } from '@autoops/contracts';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Shop } from '../scenarios/shop.ts';
import { expectInSight } from './page-checks.ts';
import { contentOf, isSameDocument, markDocument } from './visitor.ts';

/** ux.md "Approvals, phone". */
const LEAST_TARGET_PX = 48;

/** How a person acts on what the page shows: by mouse, by finger, by keyboard. */
type Act = (target: Locator) => Promise<void>;

/**
 * Breaks the healed shop, and sees the incident come by itself to the overview that is open. Returns it with its line of work there,
 * which in prod may soon be that of its approval.
 */
export async function expectIncidentToCome(
  page: Page,
  shop: Shop,
  ...fault: Parameters<Shop['break']>
): Promise<{ readonly incident: IncidentResource; readonly row: Locator }> {
  await shop.heal();
  await markDocument(page);
  await shop.break(...fault);
  const incident = await shop.incident(60);
  const orApproval = shop.environment === 'prod' ? ', a.item[href^="/approvals/"]' : '';
  const row = page.locator(`a.item[href="/incidents/${incident.name}"]${orApproval}`).first();
  await row.waitFor({ timeout: 10_000 });
  expect(await isSameDocument(page), 'the incident came without a reload').toBe(true);
  return { incident, row };
}

/** The incident page that the visitor is on: what was detected, what is forecast and what is proposed, with the numbers of the record. */
export async function expectTriptych(page: Page, shop: Shop, incident: IncidentResource): Promise<Plan> {
  const card = (name: string) => page.locator(`section[aria-labelledby="${name}"]`);
  const plan = await shop.planOf(incident.id, 60);
  await page.getByRole('heading', { level: 1 }).getByText('expected').waitFor({ timeout: 15_000 });
  expect(await card('detected').locator('.big').innerText()).toMatch(/\d/);
  expect(await card('detected').innerText()).toMatch(/score \d\.\d\d/);
  await card('forecast').locator('.big').waitFor({ timeout: 30_000 });
  // A forecast is made again while its incident lasts: the page catches up with the newest.
  await expect
    .poll(
      async () => {
        const { forecast } = await shop.load(incident.id);
        return (await card('forecast').innerText()).includes(`#${forecast?.hash.slice(0, 4)}`);
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  expect(await card('forecast').locator('.big').innerText()).toMatch(/\d|gone|in sight/);
  for (const step of plan.steps) await card('fix').getByText(step.title, { exact: true }).waitFor({ timeout: 15_000 });
  expect(await card('fix').innerText()).toMatch(/\d of \d prechecks pass/);
  return plan;
}

/** Evaluate: every environment side by side, with its verdict. */
export async function expectMatrix(page: Page): Promise<void> {
  const verdicts = page.locator('table.matrix tr.total td');
  await verdicts.first().waitFor({ timeout: 15_000 });
  const environments = await page.locator('table.matrix thead th:not(:first-child)').allInnerTexts();
  const words = await verdicts.allInnerTexts();
  const of = (name: RegExp) => words[environments.findIndex((text) => name.test(text))];
  expect(of(/staging/i)).toMatch(/^Allow\b/);
  expect(of(/prod/i)).toMatch(/^Needs approval\b/);
  expect(await page.locator('.evaluate-foot p', { hasText: 'To be allowed in prod:' }).innerText()).toMatch(/approv/i);
}

/** The run that the visitor watches: steps applied one after the other, log lines, rollback token, and a verified end. */
export async function expectVerifiedRun(page: Page, shop: Shop): Promise<string> {
  await page.waitForURL(/\/runs\//, { timeout: 30_000 });
  const runId = page.url().split('/runs/')[1]?.split('?')[0] ?? '';
  // It comes with the first effect that stays, and before that a canary is watched.
  await page.getByText('valid, expires in').waitFor({ timeout: 90_000 });
  await page.locator('.log-line .text').first().waitFor({ timeout: 15_000 });
  const linesAtFirst = await page.locator('.log').getAttribute('aria-label');
  const run = await shop.ended(runId, 150);
  const story = JSON.stringify({
    steps: run.steps.map(({ title, state }) => `${title}: ${state}`),
    samples: run.verification.samples,
  });
  expect({ state: run.state, verdict: run.verification.verdict, reason: run.verification.reason }, story).toMatchObject(
    {
      state: 'succeeded',
      verdict: 'verified',
    },
  );
  await page.locator('.spread .chip, .spread .status').getByText('Succeeded').first().waitFor({ timeout: 10_000 });
  expect(await page.locator('.log').getAttribute('aria-label'), 'the log grew while it was watched').not.toBe(
    linesAtFirst,
  );
  expect(await page.locator('.facts').innerText()).toContain(`${run.steps.length} of ${run.steps.length} done`);
  return runId;
}

/** The story on the incident page that the visitor is on: sentences, each with links to its evidence, the first of which is followed. */
export async function expectNarrative(page: Page, act: Act): Promise<void> {
  await act(page.getByRole('tab', { name: 'Narrative' }));
  await page.locator('.story p').first().waitFor({ timeout: 30_000 });
  const withoutEvidence = await page.locator('.story section p:not(:has(a))').allInnerTexts();
  expect(withoutEvidence, 'sentences without a link to evidence').toEqual([]);
  await act(page.locator('.story p a.cite').first());
  await page.getByRole('region', { name: /^Evidence E\d+/ }).waitFor();
}

/**
 * The two exports belong together and verify offline. An anomaly that ends between the two clicks makes a new version of the
 * incident, so both are taken again until they are of the same one.
 */
export async function expectExports(page: Page, act: Act): Promise<void> {
  const take = async (name: string): Promise<Uint8Array> => {
    const download = page.waitForEvent('download');
    await act(page.getByRole('link', { name }));
    return contentOf(await download);
  };
  for (let attempt = 1; ; attempt += 1) {
    const brief = await take('Export PDF');
    const bundle = await take('Export JSON');
    expect(Buffer.from(brief.subarray(0, 5)).toString()).toBe('%PDF-');
    const verdict = verifyBundle(Buffer.from(bundle).toString('utf8'), { brief });
    if (verdict.ok) return;
    if (verdict.firstBad !== 'brief.pdf' || attempt === 4)
      throw new Error(`The bundle does not verify: ${JSON.stringify(verdict)}`);
  }
}

/** The incident closes as verified. */
export async function expectClosedVerified(shop: Shop, incidentId: string): Promise<void> {
  expect((await shop.closed(incidentId, 60)).outcome).toBe('verified');
}

/**
 * Waits for the approval that can be given. Evidence that comes late may replace the plan, and its approval with it: the page then
 * leads to the new one, and `follow` takes that link.
 */
export async function toTheApprovalThatWaits(page: Page, follow: Act): Promise<void> {
  const waits = page.getByRole('button', { name: 'Approve and run' });
  const review = page.getByRole('link', { name: /^Review plan v\d+$/ });
  for (let replaced = 0; replaced < 3; replaced += 1) {
    await waits.or(review).first().waitFor();
    if (!(await review.isVisible())) return;
    const before = page.url();
    await follow(review);
    await page.waitForURL((url) => url.href !== before);
  }
  throw new Error('Three plans in a row were replaced.');
}

/** The approval as its decider has it before them: what, where, why, blast radius, way back and verdict without scrolling, and both answers large. */
export async function expectDecisionInSight(page: Page): Promise<void> {
  const card = page.locator('article.approval');
  const fact = (term: string): Locator => card.locator(`dt:text-is("${term}") + dd`);
  const answer = (name: string): Locator => card.locator('button', { hasText: name });
  const answers = { Reject: answer('Reject'), Approve: answer('Approve and run') };
  await expectInSight(page, {
    what: card.locator('h1'),
    where: card.locator('.approval-head'),
    why: fact('Why'),
    'blast radius': fact('Touches'),
    'way back': fact('Way back'),
    verdict: card.getByText('Allowed once you approve'),
    ...answers,
  });
  const boxes = await Promise.all(Object.values(answers).map((button) => button.boundingBox()));
  for (const box of boxes) expect(box?.height).toBeGreaterThanOrEqual(LEAST_TARGET_PX);
}
