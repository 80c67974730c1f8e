import type { Log } from '../telemetry/log.ts';
import { startLoop, type Loop } from './loop.ts';

/** How often the policy bundle's files are looked at; the API does it as often. */
const EVERY_MS = 2_000;

/** An engine whose bundle can be exchanged while it runs. */
export interface ReloadableEngine {
  readonly bundleDigest: string;
  reload(): Promise<{ readonly kind: 'unchanged' | 'reloaded' | 'failed'; readonly detail?: string }>;
}

/** Takes a new policy bundle into force while the worker runs. One that cannot be read changes nothing and is told once. */
export function startPolicyReload(engine: ReloadableEngine, log: Log): Loop {
  let told: string | undefined;
  return startLoop(
    'policy bundle',
    EVERY_MS,
    async () => {
      const outcome = await engine.reload();
      if (outcome.kind === 'reloaded') log.info({ bundle: engine.bundleDigest.slice(0, 12) }, 'policy bundle in force');
      if (outcome.kind === 'failed' && outcome.detail !== told)
        log.warn({ fault: outcome.detail }, 'the policy bundle cannot be read; the last good one stays');
      told = outcome.kind === 'failed' ? outcome.detail : undefined;
    },
    log,
  );
}
