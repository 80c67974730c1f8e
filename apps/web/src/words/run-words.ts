import { unbroken } from '../format/numbers.ts';
import type { Run, RunState } from '@autoops/contracts';
import { reasonText, RUN_STATES } from './reasons.ts';

const LIVE: readonly RunState[] = ['queued', 'running', 'paused', 'verifying', 'rolling-back'];

/** Whether a run still does something by itself. */
export const isLive = (state: RunState): boolean => LIVE.includes(state);

/** Where a run is, or how it ended, in one sentence. */
export function runSentence(run: Pick<Run, 'state' | 'steps' | 'reason'>): string {
  switch (run.state) {
    case 'queued':
      return 'Waits for a worker to take it.';
    case 'running': {
      const step = run.steps.find(({ state }) => state !== 'applied' && state !== 'verified');
      return step === undefined
        ? 'All steps are applied.'
        : `Step ${step.index + 1} of ${run.steps.length}: ${unbroken(step.title)}.`;
    }
    case 'paused':
      return 'Paused: no further step starts until somebody resumes it.';
    case 'verifying':
      return 'All steps are applied; an independent signal says whether they helped.';
    case 'rolling-back':
      return 'The applied steps are being undone, the newest first.';
    case 'succeeded':
      return `${reasonText('verified')}.`;
    default:
      return `${run.reason === undefined ? RUN_STATES[run.state] : reasonText(run.reason)}.`;
  }
}
