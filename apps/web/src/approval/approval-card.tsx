import type { Approval, IncidentResource, Plan } from '@autoops/contracts';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { Countdown, useNow } from '../format/clock.tsx';
import { useKeys } from '../keyboard/keys.tsx';
import { useRefusal, useSession } from '../shell/session.tsx';
import { Banner } from '../state/banner.tsx';
import { EnvironmentChip, StatusChip } from '../status/status.tsx';
import { PlanChange } from '../incident/plan-change.tsx';
import { stepsText, wayBackText } from '../words/plan-words.ts';
import { ApprovalBar } from './approval-bar.tsx';
import { Conflict } from './conflict.tsx';
import { decisionRefusal } from './decision-refusal.ts';
import { PlanFacts } from './plan-facts.tsx';
import { useAsAsked } from './use-as-asked.ts';

/** Less time than this to decide is shown as urgent. */
const URGENT_MS = 5 * 60_000;

/** What waits for a decision, with the verdict, and the dialogs that ask once more. */
export function ApprovalCard({
  approval,
  plan,
  incident,
  successor,
}: {
  readonly approval: Approval;
  readonly plan: Plan;
  readonly incident: IncidentResource | undefined;
  /** The plan that took the place of the one this approval was asked for. */
  readonly successor: Plan | undefined;
}) {
  const session = useSession();
  const now = useNow();
  const [search] = useSearchParams();
  const [dialog, setDialog] = useState<'approve' | 'reject' | undefined>();
  const asked = useAsAsked({ approval, plan, incident });
  const permission = useRefusal('autoops:approve');
  const action = useAction<unknown>(() => {
    setDialog(undefined);
    scrollTo(0, 0);
  });
  const refusal = decisionRefusal(approval, session, permission, now);
  const seen = search.get('v');
  const changed = seen !== null && !approval.planHash.startsWith(seen);
  const problem = action.error === null ? undefined : asProblem(action.error);
  const given = approval.decisions.filter((decision) => decision.decision === 'approve').length;
  const urgent = Date.parse(approval.expiresAt) - now.getTime() < URGENT_MS;
  const approve = (): void =>
    approval.environment === 'prod' ? setDialog('approve') : action.mutate(calls.approve(approval, ''));
  useKeys({
    a: { label: 'Approve', run: () => refusal === undefined && approve() },
    R: { label: 'Reject', run: () => refusal === undefined && setDialog('reject') },
  });

  return (
    <article className="approval">
      <div className="approval-head">
        <EnvironmentChip environment={approval.environment} />
        <Link className="muted small cite" to={`/incidents/${incident?.name ?? approval.incidentId}`}>
          {incident?.name ?? 'incident'} · {approval.service}
        </Link>
        {approval.state === 'waiting' && (
          <span className={`small expires${urgent ? ' urgent' : ''}`}>
            expires in <Countdown at={approval.expiresAt} />
          </span>
        )}
      </div>
      <div className="approval-body">
        {(changed || problem?.status === 412) && <Conflict seen={seen ?? approval.planHash.slice(0, 8)} plan={plan} />}
        {problem !== undefined && problem.status !== 412 && dialog === undefined && (
          <Banner tone="deny" glyph="stop">
            <b>{problem.title}</b> {problem.detail ?? ''}
          </Banner>
        )}
        {successor !== undefined && <PlanChange seen={plan} plan={successor} />}
        <h1>
          {stepsText(plan.steps)}
          {approval.state === 'waiting' && '?'}
        </h1>
        <StatusChip
          kind="verdict"
          value={approval.state === 'waiting' ? 'require-approval' : plan.verdict?.effect}
          word={
            approval.state === 'waiting'
              ? `${refusal === undefined ? 'Allowed once you approve' : 'Needs approval'} · ${given} of ${approval.required}`
              : `${given} of ${approval.required} approvals`
          }
        />
        <PlanFacts {...asked} />
      </div>
      <ApprovalBar
        approval={approval}
        plan={plan}
        incident={incident}
        successor={successor}
        refusal={refusal}
        busy={action.isPending && dialog === undefined}
        onApprove={approve}
        onReject={() => setDialog('reject')}
      />
      {dialog === 'reject' && (
        <ConfirmDialog
          open
          title={`Reject the plan for ${approval.environment}?`}
          confirm="Reject plan"
          danger
          reason={{ label: 'Why', required: true }}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setDialog(undefined)}
          onConfirm={(reason) => action.mutate(calls.reject(approval, reason))}
        >
          <p>
            Nothing is changed in {approval.environment}. The incident closes as rejected with your reason; a new plan
            can be asked for there.
          </p>
        </ConfirmDialog>
      )}
      {dialog === 'approve' && (
        <ConfirmDialog
          open
          title={`Approve and run in ${approval.environment}?`}
          confirm={`Approve and run in ${approval.environment}`}
          typed={approval.environment}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setDialog(undefined)}
          onConfirm={() => action.mutate(calls.approve(approval, ''))}
        >
          <p>
            {plan.steps.length} steps start at once: {stepsText(plan.steps)}. Way back: {wayBackText(plan)}; Roll back
            stays on the run.
          </p>
        </ConfirmDialog>
      )}
    </article>
  );
}
