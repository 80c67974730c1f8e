import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `/readyz`: returns `ready`, or a sentence on what is missing. */
export async function askReadiness(url: string): Promise<string> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    if (answer.ok) return 'ready';
    return `/readyz says ${answer.status} ${(await answer.text()).slice(0, 300)}`;
  } catch {
    return 'the API does not answer yet';
  }
}

/** Asks until the product is ready; resolves false when `giveUp` says why to stop (a sentence), which it also receives. */
export async function waitUntilReady(
  url: string,
  state: { stopped(): boolean; slow(missing: string): void; failed(missing: string): void },
): Promise<boolean> {
  const start = performance.now();
  let nextNotice = 10_000;
  for (;;) {
    const missing = await askReadiness(url);
    if (missing === 'ready') return true;
    if (state.stopped()) return false;
    const waited = performance.now() - start;
    if (waited > 120_000) {
      state.failed(missing);
      return false;
    }
    if (waited > nextNotice) {
      state.slow(missing);
      nextNotice += 10_000;
    }
    await sleep(100);
  }
}
