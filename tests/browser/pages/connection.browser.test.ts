import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { needs } from '../../parts.ts';
import { Shop, until } from '../../scenarios/shop.ts';
import { eventsAfter, eventsSeen, keepEvents } from '../events-of.ts';
import { lineTo, type Line } from '../line.ts';
import { expectClean } from '../page-checks.ts';
import { signInAs, waitUntilLive } from '../sign-in.ts';
import { isSameDocument, markDocument, pictureOnFailure, visit, type Visitor } from '../visitor.ts';

const LOSS_MS = 10_000;

needs('chromium')('A page whose line is bad', () => {
  let shop: Shop;
  let line: Line;
  let visitor: Visitor;
  beforeAll(async () => {
    shop = await Shop.open('staging');
    line = await lineTo(shop.url);
    visitor = await visit();
    await keepEvents(visitor.context);
    const { page } = visitor;
    await page.goto(line.url);
    await signInAs(page, 'operator');
    await markDocument(page);
  });
  afterAll(async () => {
    await visitor?.close();
    await line?.close();
    await shop?.close();
  });

  /** Stops automation in an environment that nothing runs in, or lifts the stop: durable events that anybody can see. */
  const happen = (level: 'no-new' | 'open') =>
    shop.call('admin', 'PUT', '/api/v1/controls/environment:spare', z.unknown(), {
      body: { level, reason: 'line test' },
    });

  /** Every event that the server logged since the page's first reached it, once and in order. */
  async function expectNoneLost(since: number): Promise<void> {
    const logged = await eventsAfter(shop, since);
    const last = logged.at(-1) ?? since;
    const seen = await until('last event on the page', 10, async () => {
      const all = await eventsSeen(visitor.page);
      return all.includes(last) ? all : undefined;
    });
    expect(seen.filter((seq) => seq > since && seq <= last)).toEqual(logged);
    expect(await isSameDocument(visitor.page), 'the page was not loaded again').toBe(true);
  }
  const firstSeen = () => until('first event', 10, async () => (await eventsSeen(visitor.page)).at(-1));

  it('loses no event in ten seconds without a packet', async () => {
    pictureOnFailure(visitor);
    await happen('no-new');
    const since = await firstSeen();
    line.lose();
    await happen('open');
    await happen('no-new');
    await new Promise((resolve) => setTimeout(resolve, LOSS_MS));
    line.mend();
    await expectNoneLost(since);
    await waitUntilLive(visitor.page);
    await expectClean(visitor, shop);
  });

  it('says that it is offline, turns actions off, and comes back with every event', async () => {
    const { page, context } = visitor;
    pictureOnFailure(visitor);
    const since = await firstSeen();
    await context.setOffline(true);
    await page.getByText('Offline.', { exact: true }).waitFor({ timeout: 10_000 });
    await happen('open');
    await page.locator('button.kill').click();
    await page.getByRole('dialog').getByText('The server cannot be reached').waitFor();
    await page.keyboard.press('Escape');
    await context.setOffline(false);
    await page.getByText('Offline.', { exact: true }).waitFor({ state: 'detached', timeout: 20_000 });
    await waitUntilLive(page);
    await expectNoneLost(since);
    visitor.forgive(/ERR_INTERNET_DISCONNECTED/);
    await expectClean(visitor, shop);
  });

  it('survives a killed server: reconnects by itself and misses nothing', async () => {
    const { page } = visitor;
    pictureOnFailure(visitor);
    const since = await firstSeen();
    const before = shop.pid('api');
    process.kill(before, 'SIGKILL');
    await page.locator('.chip.live.stale, .chip.live.off').waitFor({ timeout: 10_000 });
    await until('new server', 60, async () => {
      const answer = await fetch(`${shop.url}/readyz`).catch(() => undefined);
      return answer?.ok === true && shop.pid('api') !== before ? true : undefined;
    });
    await happen('no-new');
    await happen('open');
    await waitUntilLive(page);
    await expectNoneLost(since);
    visitor.forgive(/ERR_(CONNECTION|EMPTY|INCOMPLETE|NETWORK|SOCKET)|\b503\b/);
    await expectClean(visitor, shop);
  });
});
