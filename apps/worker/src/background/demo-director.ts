import { LEARNS_AT } from '@autoops/pipeline';
import type { Clock, IndicatorReader, StateStore } from '@autoops/pipeline/ports';
import type { Log } from '../telemetry/log.ts';
import { startLoop, type Loop } from './loop.ts';

/** What the director may do with the demo's shop. */
export interface Sandbox {
  anybodyHasBroken(): Promise<boolean>;
  /** Puts the load at the start of its rising half. */
  riseLoad(environment: string): Promise<void>;
  breakIt(fault: string, environment: string): Promise<void>;
}

const ENVIRONMENT = 'staging';
const LOOK_MS = 1_000;
/** Indicators that must have been learned before a fault can be told from the usual. */
const LEARNED = ['attempt_error_ratio', 'latency_p95'] as const;
const SERVICE = 'checkout';

/**
 * The demo's first break: once in the life of a sandbox, when staging's baseline is learned and nobody has broken anything, the
 * noisy job is broken by itself, with an audit entry that says so. Later starts show their own history.
 */
export function startDemoDirector(
  deps: { readonly workspaceId: string; readonly sandbox: Sandbox; readonly indicators: IndicatorReader; readonly state: StateStore; readonly clock: Clock },
  log: Log,
): Loop {
  let done = false;
  let said = -1;
  const loop = startLoop(
    'demo director',
    LOOK_MS,
    async () => {
      if (done) return;
      const learned = await samplesLearned(deps);
      if (learned === undefined) return;
      if (learned < LEARNS_AT) {
        if (Math.floor(learned / 20) !== said) log.info({ environment: ENVIRONMENT }, `learning ${learned} of ${LEARNS_AT} samples`);
        said = Math.floor(learned / 20);
        return;
      }
      done = true;
      if (await deps.sandbox.anybodyHasBroken()) return;
      await deps.sandbox.riseLoad(ENVIRONMENT);
      await deps.sandbox.breakIt('noisy-job', ENVIRONMENT);
      await deps.state.commit({
        workspaceId: deps.workspaceId,
        writes: [],
        audit: [
          {
            actor: { kind: 'system', id: 'demo' },
            verb: 'demo.break',
            subject: { kind: 'environment', id: ENVIRONMENT },
            summary: 'The demo made the job reindex noisy in staging, once, to have something to show. It never does so again by itself.',
            importance: 2,
            lane: 'action',
            detail: { fault: 'noisy-job', environment: ENVIRONMENT },
          },
        ],
      });
      log.info({ environment: ENVIRONMENT }, 'the demo broke the noisy job in staging, once, by itself');
    },
    log,
  );
  return loop;
}

/** Samples of the indicator that has seen fewest, of the last minutes; undefined before the first. */
async function samplesLearned({ workspaceId, indicators, clock }: Parameters<typeof startDemoDirector>[0]): Promise<number | undefined> {
  const now = clock.now();
  const counts = await Promise.all(
    LEARNED.map(async (indicator) => {
      const windows = await indicators.window(workspaceId, { environment: ENVIRONMENT, service: SERVICE, indicator, from: new Date(now.getTime() - 300_000), to: now });
      return windows[0]?.value.filter((value) => Number.isFinite(value)).length;
    }),
  );
  const known = counts.filter((count) => count !== undefined);
  return known.length < counts.length ? undefined : Math.min(...known);
}
