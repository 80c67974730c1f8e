import { unbroken } from '../format/numbers.ts';
import type { Plan } from '@autoops/contracts';
import { Banner } from '../state/banner.tsx';
import { StatusChip } from '../status/status.tsx';
import { differenceText, planDifference, type StepDifference } from '../words/plan-difference.ts';
import { verdictWords } from '../words/plan-words.ts';
import './plan-change.css';

const WORDS: Readonly<Record<StepDifference['kind'], string>> = {
  same: 'Same',
  moved: 'Moved',
  changed: 'Changed',
  added: 'New',
  removed: 'Gone',
};

function StepLine({ difference }: { readonly difference: StepDifference }) {
  const { kind, before, after } = difference;
  return (
    <li className={kind}>
      <span className="kind">{WORDS[kind]}</span>
      <span>
        {before !== undefined && kind !== 'same' && kind !== 'moved' && <del>{unbroken(before.title)}</del>}
        {before !== undefined && after !== undefined && kind === 'changed' && ' → '}
        {after !== undefined &&
          (kind === 'added' || kind === 'changed' ? <ins>{unbroken(after.title)}</ins> : unbroken(after.title))}
      </span>
    </li>
  );
}

/** What two plans do, step by step against each other. */
export function StepDifferences({ steps }: { readonly steps: readonly StepDifference[] }) {
  return (
    <ol aria-label="What changed in the plan">
      {steps.map((each) => (
        <StepLine key={`${each.kind}${each.before?.id ?? ''}${each.after?.id ?? ''}`} difference={each} />
      ))}
    </ol>
  );
}

/** The plan that somebody read against the one that replaced it: steps and verdict, old and new; nothing was executed. */
export function PlanChange({ seen, plan }: { readonly seen: Plan; readonly plan: Plan }) {
  const difference = planDifference(seen, plan);
  return (
    <div className="stack tight plan-change">
      <Banner tone="high" glyph="triangle">
        <b>
          The plan changed since you opened it (v{seen.version} → v{plan.version}).
        </b>{' '}
        Nothing was executed. Against what you read, {differenceText(difference)}.
      </Banner>
      <StepDifferences steps={difference.steps} />
      {difference.verdict !== undefined && (
        <p className="row small">
          <StatusChip kind="verdict" value={seen.verdict?.effect} word={verdictWords(seen.verdict)} /> →{' '}
          <StatusChip kind="verdict" value={plan.verdict?.effect} word={verdictWords(plan.verdict)} />
        </p>
      )}
    </div>
  );
}
