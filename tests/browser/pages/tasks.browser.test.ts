import { readFileSync, writeFileSync } from 'node:fs';
import { AuditStatus, IncidentRow, page as pageOf, Run, TokenResource, ValueSummary } from '@autoops/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { needs } from '../../parts.ts';
import { Shop, until } from '../../scenarios/shop.ts';
import { expectClean } from '../page-checks.ts';
import { signInWithToken } from '../sign-in.ts';
import { contentOf, pictureOnFailure, visit, type Visitor } from '../visitor.ts';

const RULE = 'replica-cap';

needs('chromium')('What each screen is for', () => {
  let shop: Shop;
  let desk: Visitor;
  const runs = async () => (await shop.call('viewer', 'GET', '/api/v1/runs?limit=20', pageOf(Run))).items;
  beforeAll(async () => {
    shop = await Shop.open('staging');
    // Alone, without the walks before it, there is nothing to look at yet.
    if ((await runs()).length === 0) {
      await shop.heal();
      await shop.break('noisy-job', true);
      const plan = await shop.planOf((await shop.incident(60)).id, 60);
      await shop.ended((await shop.execute(plan)).id, 150);
    }
    desk = await visit();
    await desk.page.goto(shop.url);
    await signInWithToken(desk.page, shop, 'admin');
  });
  beforeEach(() => pictureOnFailure(desk));
  afterAll(async () => {
    await desk?.close();
    await shop?.close();
  });

  const open = async (path: string): Promise<void> => {
    await desk.page.goto(shop.url + path);
    await desk.page.locator('#root main h1').first().waitFor();
  };
  const rows = (table: string) => desk.page.getByRole('table', { name: table }).getByRole('row');
  it('Services: finds one by its name and opens it with the keyboard', async () => {
    const { page } = desk;
    await open('/services');
    await rows('Services').nth(2).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('check');
    await page.waitForURL(/q=check/);
    await expect
      .poll(async () => (await rows('Services').allInnerTexts()).slice(1).every((text) => text.includes('checkout')))
      .toBe(true);
    await rows('Services').nth(1).getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/services\/(staging|prod)(:|%3A)checkout/);
    await page.getByRole('heading', { level: 1 }).getByText('checkout').waitFor();
    await page.getByRole('region', { name: /^SLO / }).first().waitFor();
    await page.goBack();
    expect(page.url()).toContain('q=check');
    await expectClean(desk, shop);
  });

  it('Service: compares its charts with the stretch before, and says of what time nothing is known', async () => {
    const { page } = desk;
    await open(`/services/staging:checkout?at=${Date.now()}&span=20`);
    const compare = page.getByRole('group', { name: 'Compare with' });
    await compare.getByRole('button', { name: 'the 20 s before' }).click();
    await page.waitForURL(/compare=range/);
    await page
      .getByRole('img', { name: /Drawn with the 20 s before\./ })
      .first()
      .waitFor();
    await compare.getByRole('button', { name: 'a week before' }).click();
    await compare.getByText('Nothing was measured a week before.').waitFor();
    await compare.getByRole('button', { name: 'the 20 s before' }).click();
    await page.waitForURL(/compare=week/);
    await expectClean(desk, shop);
  });

  it('Incidents: narrows to a state, keeps that as a view, and the palette finds one by its name', async () => {
    const { page } = desk;
    const incident = (await shop.call('viewer', 'GET', '/api/v1/incidents?limit=1', pageOf(IncidentRow))).items[0];
    if (incident === undefined) throw new Error('No incident');
    await open('/incidents');
    await page.getByRole('group', { name: 'State' }).getByRole('button').first().click();
    await page.waitForURL(/state=/);
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByLabel('Name of the view').fill('night shift');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await open('/incidents');
    await page.getByRole('group', { name: 'Views' }).getByRole('link', { name: 'night shift' }).click();
    await page.waitForURL(/state=/);
    await page.getByRole('button', { name: 'Forget the view night shift' }).click();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or run a command' }).fill(incident.name);
    await page.getByRole('option').filter({ hasText: incident.name }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/incidents/${incident.name}`));
    await expectClean(desk, shop);
  });

  it('Runs: opens a run, and a link to a line of its log leads back to that line', async () => {
    const { page } = desk;
    const run = (await runs())[0];
    if (run === undefined) throw new Error('No run');
    await open('/runs');
    await page.locator(`a[href*="/runs/${run.id}"]`).first().click();
    await page.waitForURL(new RegExp(run.id));
    await page.getByRole('link', { name: 'Link to line 3', exact: true }).click();
    await page.waitForURL(/line=3/);
    await page.reload();
    await page.locator('.log-line.picked, .log-line[aria-current="true"]').filter({ hasText: '3' }).first().waitFor();
    await expectClean(desk, shop);
  });

  it('Runbooks: a mistake is named with its line, and a dry run changes nothing', async () => {
    const { page } = desk;
    await open('/runbooks');
    await page
      .getByRole('link', { name: /throttle-noisy-job|Throttle/ })
      .first()
      .click();
    await page.waitForURL(/\/runbooks\/throttle-noisy-job/);
    await page.getByRole('button', { name: 'Try changes' }).click();
    const editor = page.getByRole('textbox', { name: /Copy of throttle-noisy-job/ });
    await page.getByText('Would be loaded').waitFor();
    await editor.fill((await editor.inputValue()).replace('riskClass:', 'riskiness:'));
    const mistake = page.getByRole('list', { name: 'Mistakes' }).getByRole('button').first();
    await mistake.waitFor();
    expect(await mistake.innerText()).toMatch(/\d+:\d+/);
    const before = await shop.effects();
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('nothing was changed').waitFor({ timeout: 20_000 });
    expect(await shop.effects()).toEqual(before);
    await expectClean(desk, shop);
  });

  it('Policies: sets a rule to shadow with a reason, sets it back, and shows why something was decided', async () => {
    const { page } = desk;
    const toggles = z.object({
      items: z.array(z.object({ id: z.string(), toggles: z.record(z.string(), z.string()) })),
    });
    const toggleOf = async () =>
      (await shop.call('viewer', 'GET', '/api/v1/policies', toggles)).items.find(({ id }) => id === RULE)?.toggles[
        'staging'
      ];
    expect(await toggleOf()).toBe('on');
    await open('/policies');
    const radio = (name: 'shadow' | 'on', checked: boolean) =>
      page.getByRole('radiogroup', { name: `${RULE} in staging` }).getByRole('radio', { name, checked });
    const set = async (to: 'shadow' | 'on') => {
      await radio(to, false).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('browser test');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: `Set to ${to}` })
        .click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await until(`toggle ${to}`, 10, async () => ((await toggleOf()) === to ? true : undefined));
      // Only what the page shows as set can be set back.
      await radio(to, true).waitFor();
    };
    // A toggle is written into the environment's file, which in a test is that of the checkout.
    const file = new URL('../../../policies/environments/staging.yaml', import.meta.url);
    const asItWas = readFileSync(file);
    try {
      await set('shadow');
      await set('on');
    } finally {
      writeFileSync(file, asItWas);
    }
    await open('/policies?tab=decisions');
    await page.getByRole('button', { name: 'Open', exact: true }).first().click();
    await page.getByRole('button', { name: 'Input as judged' }).click();
    await page.getByLabel('Input as judged', { exact: true }).last().waitFor();
    expect(page.url()).toContain('decision=');
    await open('/policies?tab=what-if');
    await rows('Plans').nth(1).getByRole('link').first().click();
    await page.locator('table.matrix tr.total td').first().waitFor({ timeout: 15_000 });
    await expectClean(desk, shop);
  });

  it('Value: a row opens to its formula, with the numbers of the ledger', async () => {
    const { page } = desk;
    const summary = await shop.call('viewer', 'GET', '/api/v1/value', ValueSummary);
    await open('/value');
    await rows('Value ledger').nth(Math.min(summary.rows.length, 1)).waitFor();
    await page.getByRole('button', { name: 'Open', exact: true }).first().click();
    await page.getByText(/P10/).first().waitFor();
    await expectClean(desk, shop);
  });

  it('Audit: verifies the chain, and hands all of it out', async () => {
    const { page } = desk;
    await open('/audit');
    await page.getByRole('button', { name: 'Verify now' }).click();
    const { verifiedTo } = await until('verified chain', 20, async () => {
      const status = await shop.call('viewer', 'GET', '/api/v1/audit/status', AuditStatus);
      return status.verifiedTo > 0 ? status : undefined;
    });
    await page.getByText(/^Verified to #/).waitFor();
    const download = page.waitForEvent('download', { timeout: 30_000 });
    await page.getByRole('button', { name: /Export/ }).click();
    const lines = Buffer.from(await contentOf(await download))
      .toString('utf8')
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(verifiedTo);
    await expectClean(desk, shop);
  });

  it('Integrations and Settings: connects a source, hears its first event, and takes its token back', async () => {
    const { page } = desk;
    const name = `browser-${Date.now()}`;
    await open('/integrations');
    await page.getByRole('radiogroup', { name: 'Kind of source' }).getByText('Plain JSON').click();
    await page.getByLabel('Name of the source').fill(name);
    await page.getByRole('button', { name: 'Make token and fill it in' }).click();
    await page.getByText(`Waiting for the first event of ${name}`).waitFor();
    const snippet = await page.getByLabel('Snippet for Plain JSON').innerText();
    expect(snippet).toContain(shop.url);
    const token = /Bearer ([^']+)'/.exec(snippet)?.[1] ?? '';
    const send = () =>
      fetch(new URL('/api/v1/ingest/metrics', shop.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          samples: [
            {
              metric: 'browser_test_depth',
              labels: { service: 'spare', environment: 'spare' },
              timestamp: new Date().toISOString(),
              value: 1,
            },
          ],
        }),
      });
    expect((await send()).status).toBeLessThan(300);
    await page.getByText(`First event of ${name} received`).waitFor({ timeout: 20_000 });
    await page.getByRole('link', { name: 'Settings' }).first().click();
    const row = rows('Tokens').filter({ hasText: name });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Revoke/ })
      .click();
    await row.getByText('Revoked').waitFor();
    expect((await send()).status).toBe(401);
    const tokens = await shop.call('admin', 'GET', '/api/v1/tokens', pageOf(TokenResource));
    expect(tokens.items.find((each) => each.name === name)?.revokedAt).toBeDefined();
    await expectClean(desk, shop);
  });

  it('Settings: refuses a channel inside the network, says how it could be allowed, and adds none', async () => {
    const { page } = desk;
    const channels = () => shop.call('admin', 'GET', '/api/v1/channels', z.object({ items: z.array(z.unknown()) }));
    const before = await channels();
    await open('/settings');
    await page.getByRole('button', { name: 'Add a channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('inside');
    await dialog.getByLabel('URL').fill('http://10.0.0.1/hook');
    await dialog.getByRole('button', { name: 'Add channel' }).click();
    await dialog
      .getByText(/AUTOOPS_OUTBOUND_ALLOW/)
      .last()
      .waitFor();
    await page.keyboard.press('Escape');
    expect(await channels()).toEqual(before);
    desk.forgive(/422|400|403/);
    await expectClean(desk, shop);
  });
});
