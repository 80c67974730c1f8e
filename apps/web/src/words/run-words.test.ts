import { ENDED_RUN_STATES, RunState } from '@autoops/contracts';
import { describe, expect, it } from 'vitest';
import { isLive, runSentence } from './run-words.ts';

const step = (index: number, state: 'applied' | 'dispatched' | 'pending') =>
  ({ index, state, title: `title ${index + 1}` }) as Parameters<typeof runSentence>[0]['steps'][number];

describe('the sentence of a run', () => {
  it('names the step that is under way', () => {
    const steps = [step(0, 'applied'), step(1, 'dispatched'), step(2, 'pending')];
    expect(runSentence({ state: 'running', steps })).toBe('Step 2 of 3: title 2.');
    expect(runSentence({ state: 'running', steps: [step(0, 'applied')] })).toBe('All steps are applied.');
  });

  it('says why a run ended as it did', () => {
    expect(runSentence({ state: 'rolled-back', reason: 'ineffective', steps: [] })).toBe(
      'It did not help and was undone.',
    );
    expect(runSentence({ state: 'needs-human', steps: [] })).toBe('Needs a person.');
  });

  it.each(RunState.options)('is one sentence of a run that is %s, which is over or goes on', (state) => {
    expect(runSentence({ state, steps: [] })).toMatch(/^[A-Z].+[^.]\.$/);
    expect(isLive(state)).toBe(!ENDED_RUN_STATES.includes(state));
  });
});
