import type { Plan, PrecheckResult, Run, Step, StepState } from '@autoops/contracts';
import { Countdown, useNow } from '../format/clock.tsx';
import { durationText, unbroken } from '../format/numbers.ts';
import { secondsBetween } from '../format/time.ts';
import { Glyph } from '../status/glyph.tsx';
import { Status } from '../status/status.tsx';
import { statusLook } from '../status/statuses.ts';
import { changeLines } from '../words/plan-words.ts';
import { isLive } from '../words/run-words.ts';
import { VerificationView } from './verification-view.tsx';

/** What was checked before a step, and what will be. */
function Checks({
  checks,
  planned,
}: {
  readonly checks: readonly PrecheckResult[];
  readonly planned: readonly { readonly id: string; readonly title: string }[];
}) {
  const open = planned.filter(({ id }) => !checks.some((check) => check.id === id));
  return (
    <ul className="checks">
      {checks.map((check) => (
        <li key={`${check.id}${check.phase}`}>
          <span className={check.passed ? 'ok' : 'bad'}>
            <Glyph name={check.passed ? 'check' : 'cross'} />
          </span>
          <span>
            <span className="sr">{check.passed ? 'passes: ' : 'fails: '}</span>
            {check.title} · {unbroken(check.fact)}
          </span>
        </li>
      ))}
      {open.map(({ id, title }) => (
        <li key={id}>
          <Glyph name="clock" />
          <span>{title} · checked before it starts</span>
        </li>
      ))}
    </ul>
  );
}

/** Until then a step's prechecks may still be made. */
const UNDECIDED: readonly StepState[] = ['pending', 'claimed', 'intent', 'dispatched'];

/** When work on a step began, as far as is known: a claim that was given back, as after its canary, is dated to the epoch. */
export function stepBegan(step: Pick<Step, 'startedAt' | 'dispatchedAt'>): string | undefined {
  return [step.startedAt, step.dispatchedAt].find((at) => at !== undefined && Date.parse(at) > 0);
}

function StepBody({
  step,
  plan,
  live,
  now,
}: {
  readonly step: Step;
  readonly plan: Plan | undefined;
  readonly live: boolean;
  readonly now: Date;
}) {
  const planned = plan?.steps.find((each) => each.index === step.index);
  const changes =
    step.before !== undefined && step.after !== undefined
      ? changeLines({ before: step.before, after: step.after })
      : planned === undefined
        ? []
        : changeLines(planned);
  const began = stepBegan(step);
  const canary =
    step.canary.state === 'not-needed'
      ? undefined
      : `canary ${step.canary.state}${step.canary.detail === '' ? '' : `: ${step.canary.detail}`}`;
  return (
    <>
      <p>
        <Status kind="step" value={step.state} />
        {began !== undefined && ` · ${durationText(secondsBetween(began, step.finishedAt, now))}`}
        {step.attempt > 1 && ` · attempt ${step.attempt}`}
        {step.nextAttemptAt !== undefined && Date.parse(step.nextAttemptAt) > now.getTime() && (
          <>
            {' · again in '}
            <Countdown at={step.nextAttemptAt} />
          </>
        )}
      </p>
      <p className="mono">
        {step.target.key} {changes.map((line) => `${line.field} ${line.before} → ${line.after}`).join(', ')}
      </p>
      {canary !== undefined && <p className="canary">{canary}</p>}
      <Checks
        checks={step.prechecks}
        planned={live && UNDECIDED.includes(step.state) ? (planned?.prechecks ?? []) : []}
      />
      {step.error !== undefined && <p className="status deny">{step.error}</p>}
      <p className="mono faint">{step.opId === undefined ? 'not sent' : `op ${step.opId.slice(0, 8)}`}</p>
    </>
  );
}

/** The steps of a run from top to bottom, then its verification. */
export function Stepper({
  run,
  plan,
  watched,
  selected,
  onSelect,
}: {
  readonly run: Run;
  readonly plan: Plan | undefined;
  /** It went on when somebody began to look: what is yet to be told has its room, so that nothing moves. */
  readonly watched: boolean;
  readonly selected: string;
  readonly onSelect: (step: string) => void;
}) {
  const now = useNow();
  const { verdict, state } = run.verification;
  const verification =
    verdict === undefined
      ? ({ tone: state === 'pending' ? '' : 'run', glyph: 'clock' } as const)
      : statusLook('outcome', verdict);
  return (
    <ol className={`stepper${watched ? ' watched' : ''}`} aria-label="Steps">
      {run.steps.map((step) => {
        const look = statusLook('step', step.state);
        return (
          <li key={step.id} aria-current={selected === String(step.index) ? 'step' : undefined}>
            <span className={`mark ${look.tone}`}>
              <Glyph name={look.glyph} />
            </span>
            <div>
              <button
                type="button"
                className="step-title"
                onClick={() => onSelect(selected === String(step.index) ? '' : String(step.index))}
                aria-pressed={selected === String(step.index)}
              >
                {step.index + 1}. {unbroken(step.title)}
              </button>
              <StepBody step={step} plan={plan} live={isLive(run.state)} now={now} />
            </div>
          </li>
        );
      })}
      <li>
        <span className={`mark ${verification.tone}`}>
          <Glyph name={verification.glyph} />
        </span>
        <VerificationView run={run} plan={plan} />
      </li>
    </ol>
  );
}
