import { unbroken } from '../format/numbers.ts';
import { indicatorName } from '@autoops/charts';
import type { Plan } from '@autoops/contracts';
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { calls, type ExecuteAnswer } from '../api/actions.ts';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { announce } from '../live/announcer.tsx';
import { EnvironmentChip, StatusChip } from '../status/status.tsx';
import { canExecute, reasonOf } from './fix-card.tsx';
import { PlanChange } from './plan-change.tsx';
import { changeLines, touchesText, unavailableText, verdictWords, wayBackText } from '../words/plan-words.ts';

/** What execute leads to: the run, or the approval that policy asks for. */
export function whereTo(answer: ExecuteAnswer, plan: Pick<Plan, 'hash'>): string | undefined {
  const runId = answer.runId ?? answer.run?.id;
  if (runId !== undefined) return `/runs/${runId}`;
  const approvalId = answer.approvalId ?? answer.approval?.id;
  return approvalId === undefined ? undefined : `/approvals/${approvalId}?v=${plan.hash.slice(0, 8)}`;
}

/** A click that was on its way to the plan before does not reach its successor: the time to see that the page has changed. */
const CHANGED_GUARD_MS = 700;

/** Why the plan cannot be started from the dialog; undefined when it can, or leads to its approval. */
export function executeRefusal(plan: Plan): string | undefined {
  if (canExecute(plan) || plan.state === 'awaiting-approval') return undefined;
  if (plan.state === 'draft') return 'Policy judges the new plan; this takes a moment.';
  if (plan.state === 'superseded') return 'A newer plan replaces it; it appears here by itself.';
  return reasonOf(plan);
}

/**
 * States what will happen, where, and how to undo it; then starts the run. The plan that was opened stays pinned: when another
 * replaces it, the dialog shows what differs and offers the new one, which a click on the old cannot start.
 */
export function ExecuteDialog({
  seen,
  plan,
  refusal,
  onClose,
}: {
  /** The plan as it was when the dialog opened. */
  readonly seen: Plan;
  /** The incident's plan now. */
  readonly plan: Plan;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const offeredAt = useRef(Number.NEGATIVE_INFINITY);
  const replaced = plan.hash !== seen.hash;
  const action = useAction<ExecuteAnswer>((answer) => {
    onClose();
    const to = whereTo(answer, plan);
    if (to !== undefined) void navigate(to);
  });
  const { reset } = action;
  useEffect(() => {
    if (!replaced) return;
    offeredAt.current = performance.now();
    reset();
    announce('The plan changed while you read it. Nothing was executed.');
  }, [replaced, plan.hash, reset]);
  const approval = plan.state === 'awaiting-approval';
  const which = replaced ? `plan v${plan.version}` : `${plan.steps.length} steps`;
  const confirm = (): void => {
    if (performance.now() - offeredAt.current < CHANGED_GUARD_MS) return;
    action.mutate(calls.execute(plan));
  };
  return (
    <ConfirmDialog
      open
      title={
        replaced ? `The plan changed: v${seen.version} → v${plan.version}` : `Execute ${which} in ${plan.environment}?`
      }
      confirm={
        approval
          ? `Ask for approval of ${which}`
          : replaced
            ? `Execute ${which} in ${plan.environment}`
            : `Execute in ${plan.environment}`
      }
      typed={plan.environment === 'prod' && !approval ? 'prod' : undefined}
      busy={action.isPending}
      error={action.error}
      disabledBecause={refusal ?? executeRefusal(plan)}
      onClose={onClose}
      onConfirm={confirm}
    >
      {replaced && <PlanChange seen={seen} plan={plan} />}
      <div className="row">
        <EnvironmentChip environment={plan.environment} />
        <StatusChip kind="verdict" value={plan.verdict?.effect} word={verdictWords(plan.verdict)} />
        <span className="mono muted">plan hash #{plan.hash.slice(0, 8)}</span>
      </div>
      <ol className="steps">
        {plan.steps.map((step) => (
          <li key={step.id}>
            <span className="n">{step.index + 1}</span>
            <div>
              <b>{unbroken(step.title)}</b>
              <p className="mono">
                {step.target.key}:{' '}
                {changeLines(step)
                  .map((line) => `${line.field} ${line.before} → ${line.after}`)
                  .join(', ') || touchesText([step])}
              </p>
            </div>
          </li>
        ))}
      </ol>
      <div className="rows">
        <div className="kv">
          <span>Touches</span>
          <strong>
            {touchesText(plan.steps)}; {unavailableText(plan.steps)}
          </strong>
        </div>
        <div className="kv">
          <span>Way back</span>
          <strong>{wayBackText(plan)}; Roll back stays on the run</strong>
        </div>
        <div className="kv">
          <span>Checked by</span>
          <strong>
            {plan.verification.signals
              .map((signal) => `${indicatorName(signal.signal.indicator)} (${signal.view}s' view)`)
              .join(', ')}
            ; undone by itself if it does not help
          </strong>
        </div>
      </div>
    </ConfirmDialog>
  );
}
