import type { Plan } from '@autoops/contracts';
import { useNavigate } from 'react-router';
import { calls, type ExecuteAnswer } from '../api/actions.ts';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { EnvironmentChip, StatusChip } from '../status/status.tsx';
import { changeLines, touchesText, unavailableText, verdictWords, wayBackText } from '../words/plan-words.ts';

/** What execute leads to: the run, or the approval that policy asks for. */
export function whereTo(answer: ExecuteAnswer, plan: Pick<Plan, 'hash'>): string | undefined {
  const runId = answer.runId ?? answer.run?.id;
  if (runId !== undefined) return `/runs/${runId}`;
  const approvalId = answer.approvalId ?? answer.approval?.id;
  return approvalId === undefined ? undefined : `/approvals/${approvalId}?v=${plan.hash.slice(0, 8)}`;
}

/** States what will happen, where, and how to undo it; then starts the run. */
export function ExecuteDialog({
  plan,
  refusal,
  onClose,
}: {
  readonly plan: Plan;
  readonly refusal: string | undefined;
  readonly onClose: () => void;
}) {
  const navigate = useNavigate();
  const action = useAction<ExecuteAnswer>((answer) => {
    onClose();
    const to = whereTo(answer, plan);
    if (to !== undefined) void navigate(to);
  });
  return (
    <ConfirmDialog
      open
      title={`Execute ${plan.steps.length} steps in ${plan.environment}?`}
      confirm={`Execute in ${plan.environment}`}
      typed={plan.environment === 'prod' ? 'prod' : undefined}
      busy={action.isPending}
      error={action.error}
      disabledBecause={refusal}
      onClose={onClose}
      onConfirm={() => action.mutate(calls.execute(plan))}
    >
      <div className="row">
        <EnvironmentChip environment={plan.environment} />
        <StatusChip kind="verdict" value={plan.verdict?.effect} word={verdictWords(plan.verdict)} />
        <span className="mono muted">plan #{plan.hash.slice(0, 8)}</span>
      </div>
      <ol className="steps">
        {plan.steps.map((step) => (
          <li key={step.id}>
            <span className="n">{step.index + 1}</span>
            <div>
              <b>{step.title}</b>
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
              .map((signal) => `${signal.signal.indicator.replaceAll('_', ' ')} (${signal.view}s' view)`)
              .join(', ')}
            ; undone by itself if it does not help
          </strong>
        </div>
      </div>
    </ConfirmDialog>
  );
}
