import type { Page } from 'playwright-core';
import type { Shop } from '../scenarios/shop.ts';

/** Opens an address as somebody whom nobody knows yet, also when the test has been here before. */
export async function arrive(page: Page, url: string): Promise<void> {
  // What is still open would go on asking, without its session.
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto(url);
}

/** Signs in as one of the demo's users and waits until the page is live. */
export async function signInAs(page: Page, user: 'operator' | 'approver'): Promise<void> {
  await page.getByRole('button', { name: `Continue as ${user}@demo` }).click();
  await waitUntilLive(page);
}

/** Signs in with a role's token, as somebody without a demo user does. */
export async function signInWithToken(page: Page, shop: Shop, role: 'viewer' | 'admin'): Promise<void> {
  await page.getByLabel('Token').fill(shop.token(role));
  await page.getByRole('button', { name: 'Sign in with token' }).click();
  await waitUntilLive(page);
}

/** The live chip says so; on a phone it is a dot whose title tells. */
export async function waitUntilLive(page: Page): Promise<void> {
  await page.locator('.chip.live:not(.stale):not(.off)').waitFor({ timeout: 30_000 });
}
