const SCREENS = [
  ['services', '/services'],
  ['incidents', '/incidents'],
  ['runs', '/runs'],
  ['approvals', '/approvals'],
  ['value', '/value'],
  ['audit', '/audit'],
  ['runbooks', '/runbooks'],
  ['runbook', '/runbooks/throttle-noisy-job'],
  ['policies', '/policies'],
  ['integrations', '/integrations'],
  ['own-figures', '/self'],
  ['settings', '/settings'],
];

/** The walk in prod, photographed: operator asks, approver decides, the fault is healed; then every other screen with its data. */
export async function walk({ camera, shop }) {
  const { page } = camera;
  await page.goto('/');
  await page.getByRole('button', { name: 'Continue as operator@demo' }).waitFor();
  await camera.picture('sign-in');
  await page.getByRole('button', { name: 'Continue as operator@demo' }).click();
  await page.locator('#root .tile').first().waitFor();
  await shop.heal();
  await camera.frame();

  await shop.break('noisy-job', true);
  const incident = await shop.incident(60);
  const plan = await shop.planOf(incident.id, 60);
  await page.locator('main a.item').first().waitFor();
  await page
    .locator('.events')
    .getByText(/checkout/)
    .first()
    .waitFor();
  await camera.picture('now');
  await camera.frame();
  await page.goto(`/incidents/${incident.name}`);
  await page.locator('section[aria-labelledby=forecast] .big').waitFor();
  await page.locator('section[aria-labelledby=fix] ol.steps').waitFor();
  await camera.frame();
  await camera.picture('incident');
  await page.getByRole('button', { name: 'Evaluate' }).click();
  await page.locator('table.matrix').waitFor();
  await camera.frame();
  await camera.picture('evaluate');

  const { approvalId } = await shop.plan(plan.id);
  await switchTo(page, 'approver');
  await page.goto(`/approvals/${approvalId}?v=${plan.hash.slice(0, 8)}`);
  await page.getByRole('button', { name: 'Approve and run' }).waitFor();
  await camera.frame();
  await camera.picture('approval', { phone: true });
  await page.getByRole('button', { name: 'Approve and run' }).click();
  await page.getByRole('textbox', { name: /Type prod/ }).fill('prod');
  await camera.frame();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and run in prod' }).click();
  await page.getByRole('link', { name: 'Watch the run' }).click();
  await page.getByText('valid, expires in').waitFor({ timeout: 30_000 });
  await switchTo(page, 'operator'); // who may roll it back
  await page.getByText('valid, expires in').waitFor({ timeout: 30_000 });
  await camera.frame();
  await page.waitForTimeout(6000);
  await camera.frame();
  await camera.picture('run');
  const runId = page.url().split('/runs/')[1].split('?')[0];
  await shop.ended(runId, 150);
  await page.waitForTimeout(1500);
  await camera.frame();
  await camera.picture('run-verified');

  const closed = await shop.closed(incident.id, 60);
  if (closed.outcome !== 'verified')
    throw new Error(`${incident.name} closed as ${closed.outcome}, not as verified: take the pictures again`);
  await page.goto(`/incidents/${incident.name}`);
  await page.locator('section[aria-labelledby=fix] ol.steps').waitFor();
  await page.waitForTimeout(1500);
  await camera.frame();
  await camera.picture('incident-closed');
  await page.goto(`/incidents/${incident.name}?tab=narrative`);
  await page.locator('#root .story p').first().waitFor({ timeout: 30_000 });
  await page.locator('#root .tabs').evaluate((tabs) => tabs.scrollIntoView({ block: 'start' }));
  await page.mouse.wheel(0, -60);
  await camera.frame();
  await camera.picture('narrative');
  await page.goto(`/incidents/${incident.name}?tab=evidence`);
  await page.locator('#root .evidence-list button').first().waitFor();
  await page.locator('#root .tabs').evaluate((tabs) => tabs.scrollIntoView({ block: 'start' }));
  await page.mouse.wheel(0, -60);
  await camera.frame();
  await camera.picture('evidence');

  for (const [name, path] of SCREENS) {
    await page.goto(path);
    await page.locator('#root main h1').first().waitFor();
    await camera.picture(name);
    if (name === 'value') await camera.frame();
  }
  await page.goto('/services/prod:checkout');
  await page.locator('main canvas, main svg').first().waitFor();
  await camera.picture('service');
  await page.goto('/');
  await page.locator('#root .tile').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await camera.picture('palette');
}

async function switchTo(page, role) {
  await page.getByRole('button', { name: /^User menu/ }).click();
  await page.getByRole('menuitem', { name: `Switch to ${role}@demo` }).click();
  await page.getByRole('button', { name: new RegExp(`^User menu: .*${role}`) }).waitFor();
}
