import type { Plan } from '@autoops/contracts';
import { durationText } from '@autoops/charts';
import { ActionButton } from '../controls/action-button.tsx';
import { plural, recordText, unbroken } from '../format/numbers.ts';
import { useRefusal } from '../shell/session.tsx';
import { Glyph } from '../status/glyph.tsx';
import { StatusChip } from '../status/status.tsx';
import { reasonText } from '../words/reasons.ts';
import { rejectionText, stepVerdict, touchesText, undoText, verdictWords } from '../words/plan-words.ts';
import type { IncidentView } from './use-incident.ts';

/** Whether a person may start the plan now. */
export function canExecute(plan: Pick<Plan, 'state'> | undefined): boolean {
  return plan !== undefined && ['allowed', 'awaiting-execute', 'approved'].includes(plan.state);
}

/** Whether a plan can be started or is just being judged or replaced, which its dialog says until it can. */
export function isOffered(plan: Pick<Plan, 'state'> | undefined): boolean {
  return canExecute(plan) || plan?.state === 'draft' || plan?.state === 'superseded';
}

function StepList({ plan }: { readonly plan: Plan }) {
  return (
    <ol className="steps">
      {plan.steps.map((step) => {
        const checks = plan.prechecks.filter((check) =>
          step.prechecks.some((condition) => condition.id === check.id || check.id.endsWith(condition.id)),
        );
        const passed = checks.filter((check) => check.passed).length;
        const blocked = plan.verdict?.steps.find(
          (verdict) => verdict.index === step.index && verdict.effect !== 'allowed',
        );
        return (
          <li key={step.id}>
            <span className="n">{step.index + 1}</span>
            <div>
              <b>{unbroken(step.title)}</b>
              <p>
                {[
                  checks.length > 0
                    ? `${passed} of ${checks.length} prechecks passed`
                    : step.prechecks.length > 0
                      ? plural(step.prechecks.length, 'precheck')
                      : '',
                  step.canary ? 'one canary first' : '',
                  undoText([step]),
                  step.ttlSeconds === undefined
                    ? ''
                    : unbroken(`ends by itself after ${durationText(step.ttlSeconds)}`),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              {blocked !== undefined && (
                <p className="status guard small">
                  <Glyph name={blocked.effect === 'blocked' ? 'stop' : 'shield'} /> {stepVerdict(blocked).text}
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

interface FixCardProps {
  readonly view: IncidentView;
  readonly onExecute: () => void;
  readonly onEvaluate: () => void;
  readonly executeRefusal: string | undefined;
}

/** What to do about it, what policy says of it, and the one next action. */
export function FixCard({ view, onExecute, onEvaluate, executeRefusal }: FixCardProps) {
  const evaluateRefusal = useRefusal('aiops:analyze');
  const { plan, incident } = view;
  if (plan === undefined) {
    const ended = incident.outcome === 'no-safe-plan' || incident.outcome === 'self-healed';
    return (
      <section className={incident.state === 'closed' ? 'card fix' : 'card fix awaited'} aria-labelledby="fix">
        <div className="top">
          <h2 id="fix">Proposed fix</h2>
        </div>
        <p className="muted">
          {ended
            ? `${reasonText(incident.outcome)}.`
            : incident.state === 'closed'
              ? 'No plan was made.'
              : 'The planner works on it; nothing is changed until policy, and where it asks for it a person, says yes.'}
        </p>
      </section>
    );
  }
  const rejected = plan.rejected.find((candidate) => candidate.betterThanChosen) ?? plan.rejected[0];
  const runId = plan.runId ?? incident.runIds.at(-1);
  const waits = plan.state === 'awaiting-approval' && plan.approvalId !== undefined;
  return (
    <section className="card fix" aria-labelledby="fix">
      <div className="top">
        <h2 id="fix">{runId === undefined ? 'Proposed fix' : 'Fix'}</h2>
        <StatusChip kind="verdict" value={plan.verdict?.effect} word={verdictWords(plan.verdict)} />
      </div>
      {plan.steps.length === 0 ? <p className="muted">{reasonText('no-safe-plan')}.</p> : <StepList plan={plan} />}
      <div className="rows">
        <div className="kv">
          <span>Expected effect</span>
          <strong>{unbroken(plan.expectedEffect.text)}</strong>
        </div>
        <div className="kv">
          <span>Touches</span>
          <strong>{touchesText(plan.steps)}</strong>
        </div>
        <div className="kv">
          <span>Record</span>
          <strong>{recordText(plan.trackRecord)}</strong>
        </div>
        {rejected !== undefined && (
          <div className="kv">
            <span>Not chosen{plan.rejected.length > 1 ? ` (${plan.rejected.length})` : ''}</span>
            <strong>
              {rejected.title}: {rejectionText(rejected)}
            </strong>
          </div>
        )}
      </div>
      <div className="row fix-actions">
        <ActionButton hint="e" onClick={onEvaluate} disabledBecause={evaluateRefusal}>
          Evaluate
        </ActionButton>
        {runId !== undefined ? (
          <ActionButton hint="r" primary to={`/runs/${runId}`}>
            Open run
          </ActionButton>
        ) : waits ? (
          <ActionButton hint="a" primary to={`/approvals/${plan.approvalId}?v=${plan.hash.slice(0, 8)}`}>
            Open approval
          </ActionButton>
        ) : (
          <ActionButton
            hint="x"
            primary
            onClick={onExecute}
            disabledBecause={executeRefusal ?? (canExecute(plan) ? undefined : reasonOf(plan))}
          >
            Execute
          </ActionButton>
        )}
      </div>
    </section>
  );
}

/** Why the plan cannot be executed in its present state. */
export function reasonOf(plan: Pick<Plan, 'state' | 'verdict'>): string {
  switch (plan.state) {
    case 'denied':
      return `Policy denies it: ${plan.verdict?.toBeAllowed[0] ?? plan.verdict?.facts[0] ?? 'see Evaluate'}`;
    case 'expired':
      return 'The time to decide ran out; ask for a new plan in the actions menu.';
    case 'stale':
      return 'Its target changed since it was made; ask for a new plan in the actions menu.';
    case 'superseded':
      return 'A newer plan replaced it.';
    case 'rejected':
      return 'It was rejected.';
    case 'executed':
      return 'It was executed already; its run has the rest.';
    default:
      return `The plan is ${plan.state.replaceAll('-', ' ')}.`;
  }
}
