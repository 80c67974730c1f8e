import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../telemetry/log.ts';

/** Something that runs again and again until it is stopped. */
export interface Loop {
  /** Runs the next round at once instead of after the pause. */
  wake(): void;
  /** Waits for the round that is running. */
  stop(): Promise<void>;
}

/** Runs `round` every `everyMs`, counted from its start, one at a time. A round that throws is logged and does not end the loop. */
export function startLoop(name: string, everyMs: number, round: () => Promise<unknown>, log: Log): Loop {
  let stopped = false;
  let interrupt = new AbortController();
  let troubled = false;
  const running = (async () => {
    while (!stopped) {
      const started = performance.now();
      try {
        await round();
        if (troubled) log.info({ loop: name }, 'works again');
        troubled = false;
      } catch (error) {
        // Once, not every round: ERROR would mean that a person must look now, and the next round may work.
        if (!troubled)
          log.warn({ loop: name, error: error instanceof Error ? error.message : String(error) }, 'a round failed');
        troubled = true;
      }
      const left = Math.max(5, everyMs - (performance.now() - started));
      if (stopped) break;
      await sleep(left, undefined, { signal: interrupt.signal, ref: true }).catch(() => undefined);
      interrupt = new AbortController();
    }
  })();
  return {
    wake: () => interrupt.abort(),
    async stop() {
      stopped = true;
      interrupt.abort();
      await running;
    },
  };
}
