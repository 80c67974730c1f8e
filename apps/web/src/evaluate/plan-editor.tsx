import TextField from '@mui/material/TextField';
import type { EditableParameter, Plan } from '@autoops/contracts';
import { useState } from 'react';
import { calls, curlOf } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { useAction } from '../controls/use-action.ts';
import { StepDifferences } from '../incident/plan-change.tsx';
import { useRefusal } from '../shell/session.tsx';
import { Banner } from '../state/banner.tsx';
import { plainNumber, unbroken } from '../format/numbers.ts';
import { differenceText, planDifference } from '../words/plan-difference.ts';
import { parameterKey, type EditedPlan } from './use-edited-plan.ts';
import { newKey } from '../api/new-key.ts';
import { installationOrigin } from '../api/origin.ts';

/** A parameter that is named after its unit carries it, as the fields of a target do. */
function unitOf(name: string): string {
  if (/percent$/i.test(name)) return '\u202F%';
  return /seconds$/i.test(name) ? '\u202Fs' : '';
}

/** What a parameter may be, in words: "Allowed 1 to 50 %". */
export function allowedText({ name, spec }: Pick<EditableParameter, 'name' | 'spec'>): string {
  if (spec.type === 'string') return `Must fit ${spec.pattern}`;
  return `Allowed ${plainNumber(spec.minimum)} to ${plainNumber(spec.maximum)}${unitOf(name)}${spec.type === 'integer' ? '' : ', decimals allowed'}`;
}

/** The step that a parameter belongs to, by its title; a runbook without one in the plan by its name. */
function stepOf(plan: Plan, { runbook }: Pick<EditableParameter, 'runbook'>): string {
  return plan.steps.find((step) => step.runbook.name === runbook)?.title ?? runbook;
}

/** What proposing leads to where policy would say this of the edited plan. */
function consequence(effect: string | undefined, environment: string): string {
  if (effect === 'allow') return `In ${environment} policy would allow it, so it starts as soon as it is planned.`;
  if (effect === 'require-approval') return 'It then waits for the approval of somebody else.';
  return 'Policy would deny it as it stands, so nothing would run.';
}

/** Other parameters for the plan that Evaluate shows, within what its runbooks allow; nothing is stored until it is proposed. */
export function PlanEditor({
  plan,
  edited,
  onProposed,
}: {
  readonly plan: Plan;
  readonly edited: EditedPlan;
  readonly onProposed: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const refusal = useRefusal('aiops:remediate');
  const propose = useAction<unknown>(() => {
    setAsking(false);
    edited.reset();
    onProposed();
  });
  const { answer, changes } = edited;
  const difference = answer === undefined ? undefined : planDifference(plan, { ...answer.plan, verdict: plan.verdict });
  const own = answer?.environments.find((column) => column.own);
  const missing =
    refusal ??
    (changes.length === 0
      ? 'Change a parameter first.'
      : edited.waiting
        ? 'Policy is being asked.'
        : answer === undefined
          ? 'Mend what is refused first.'
          : undefined);
  const call = calls.propose(plan, changes);
  return (
    <section className="card evaluate" style={{ marginTop: 14 }} aria-labelledby="edit-plan">
      <div className="top">
        <h2 id="edit-plan">What if its parameters were others</h2>
        <span className="small muted">nothing is stored until you propose it</span>
      </div>
      {edited.parameters.length === 0 ? (
        <p className="small muted">
          {edited.error === null
            ? 'No parameter of this plan can be changed.'
            : `${asProblem(edited.error).title}. ${asProblem(edited.error).detail ?? ''}`}
        </p>
      ) : (
        <>
          <div className="edit-fields">
            {edited.parameters.map((parameter) => (
              <TextField
                key={parameterKey(parameter)}
                label={`${parameter.spec.title}${unitOf(parameter.name) === '' ? '' : `, in${unitOf(parameter.name)}`}`}
                value={edited.typed[parameterKey(parameter)] ?? String(parameter.stored)}
                onChange={(event) => edited.type(parameter, event.target.value)}
                helperText={`${allowedText(parameter)}; the plan has ${parameter.stored}${unitOf(parameter.name)}. Step: ${stepOf(plan, parameter)}`}
                slotProps={{
                  htmlInput: { inputMode: parameter.spec.type === 'string' ? 'text' : 'decimal', maxLength: 200 },
                }}
                autoComplete="off"
                size="small"
              />
            ))}
          </div>
          {changes.length > 0 && !edited.waiting && edited.error !== null && (
            <Banner tone="deny" glyph="stop">
              <b>{asProblem(edited.error).title}</b> {asProblem(edited.error).detail ?? ''}
            </Banner>
          )}
          {answer !== undefined && difference !== undefined && (
            <div className="plan-change" aria-live="polite">
              <p className="small">
                Against plan v{plan.version}, {differenceText(difference)}. The matrix above is of the edited plan.
              </p>
              <StepDifferences steps={difference.steps} />
            </div>
          )}
          <div className="row" style={{ marginTop: 10 }}>
            <ActionButton primary disabledBecause={missing} onClick={() => setAsking(true)}>
              Propose this plan
            </ActionButton>
            <ActionButton
              onClick={edited.reset}
              disabledBecause={Object.keys(edited.typed).length === 0 ? 'Nothing was changed.' : undefined}
            >
              Back to the stored plan
            </ActionButton>
          </div>
        </>
      )}
      {asking && answer !== undefined && (
        <ConfirmDialog
          open
          title={`Propose this as version ${plan.version + 1}?`}
          confirm="Propose this plan"
          busy={propose.isPending}
          error={propose.error}
          disabledBecause={missing}
          onClose={() => setAsking(false)}
          onConfirm={() => propose.mutate(call)}
        >
          <p>
            {unbroken(answer.plan.title)}. You become its requester: plan v{plan.version} is superseded, its approvals
            are void, and policy decides again. {consequence(own?.verdict.effect, plan.environment)}
          </p>
          <div className="row">
            <CopyButton text={call.cli ?? ''} label="Copy as CLI" />
            <CopyButton text={curlOf(call, installationOrigin(), newKey())} label="Copy as curl" />
          </div>
        </ConfirmDialog>
      )}
    </section>
  );
}
