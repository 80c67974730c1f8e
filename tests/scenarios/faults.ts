import type { Story } from './story.ts';

/** A way in which a fault may end: the runbooks that its incidents' plans are made of together, and their outcomes. */
interface Ending {
  readonly runbooks: readonly string[];
  readonly outcome: string;
}

const verified = (...runbooks: string[]): Ending => ({ runbooks, outcome: 'verified' });

/** Every fault of the sandbox with the ways in which it may end. */
export const FAULTS: Readonly<Record<string, readonly Ending[]>> = {
  'noisy-job': [verified('throttle-noisy-job', 'scale-replicas', 'park-poison')],
  'poison-message': [verified('park-poison')],
  'bad-release': [verified('undo-release')],
  'slow-dependency': [verified('shed-load'), { runbooks: [], outcome: 'no-safe-plan' }],
  'memory-leak': [verified('rolling-restart')],
  'crashed-replica': [verified('replace-replica', 'park-poison')],
  'traffic-surge': [verified('scale-replicas'), verified('shed-load'), verified('shed-load', 'scale-replicas')],
  'lying-health-check': [verified('eject-replica')],
  'two-at-once': [verified('undo-release', 'park-poison')],
};

/** True when the incidents of a fault together came to one of its endings. */
export function endedAsExpected(fault: string, stories: readonly Story[]): boolean {
  const done = stories.flatMap(({ runbooks }) => runbooks).toSorted();
  return (FAULTS[fault] ?? []).some(
    ({ runbooks, outcome }) =>
      stories.every((story) => story.outcome === outcome) && runbooks.toSorted().join() === done.join(),
  );
}
