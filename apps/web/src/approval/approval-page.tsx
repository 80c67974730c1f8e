import { indicatorOf } from '@autoops/charts';
import type { Approval, IncidentResource, Plan, SessionResource } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { useAction } from '../controls/use-action.ts';
import { Countdown, Time, useNow } from '../format/clock.tsx';
import { recordText, unbroken } from '../format/numbers.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useRefusal, useSession } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { Banner, Loaded } from '../state/states.tsx';
import { EnvironmentChip, StatusChip } from '../status/status.tsx';
import { statusLook } from '../status/statuses.ts';
import { ApprovalSkeleton } from './approval-skeleton.tsx';
import { PlanChange } from '../incident/plan-change.tsx';
import { shortReason } from '../words/incident-sentence.ts';
import { actorText } from '../words/reasons.ts';
import { isLive } from '../words/run-words.ts';
import { changeLines, stepsText, touchesText, unavailableText, wayBackText } from '../words/plan-words.ts';
import './approval.css';

/** Less time than this to decide is shown as urgent. */
const URGENT_MS = 5 * 60_000;

/** Why this person cannot decide this approval now; undefined when they can. */
export function decisionRefusal(
  approval: Approval,
  session: Pick<SessionResource, 'subject' | 'demo'>,
  permission: string | undefined,
  now: Date,
): string | undefined {
  if (approval.state === 'void') return 'It is void: what it was asked for has changed. Nothing was executed.';
  if (approval.state !== 'waiting') return 'It has been decided.';
  if (Date.parse(approval.expiresAt) <= now.getTime()) return 'The time to decide has run out.';
  if (approval.requester.id === session.subject)
    return `You asked for it, so somebody else must decide.${session.demo ? ' Switch to approver@demo in the user menu.' : ''}`;
  return permission;
}

function ChangeCard({ plan }: { readonly plan: Plan }) {
  return (
    <div className="card changes">
      <b className="small">What changes</b>
      <table className="mono">
        <tbody>
          {plan.steps.flatMap((step) => {
            const lines = changeLines(step);
            return (
              lines.length === 0 ? [{ field: step.action.kind, before: '', after: touchesText([step]) }] : lines
            ).map((line) => (
              <tr key={`${step.id}${line.field}`}>
                <th scope="row">{step.target.name}</th>
                <td>
                  {line.field} {line.before === '' ? '' : `${line.before} → `}
                  <b>{line.after}</b>
                </td>
              </tr>
            ));
          })}
        </tbody>
      </table>
    </div>
  );
}

function Decided({ approval }: { readonly approval: Approval }) {
  if (approval.state === 'waiting') return null;
  const { word, tone, glyph } = statusLook('approval', approval.state);
  const last = approval.decisions.at(-1);
  return (
    <Banner tone={tone} glyph={glyph}>
      <b>{word}</b>{' '}
      {last !== undefined && (
        <>
          <Time at={last.at} /> by {last.actor.id}
          {last.reason === '' ? '' : `: “${last.reason}”`}
        </>
      )}
      {approval.state === 'void' &&
        'The plan, the policy or the target changed after it was asked for; a new approval is asked for where one is still needed.'}
      {approval.state === 'expired' &&
        'Nobody decided in time. Nothing was done. A new plan can be asked for on the incident.'}
    </Banner>
  );
}

/** The plan that the link was made for is not the plan that waits now: says what differs (412 in words). */
function Conflict({ seen, plan }: { readonly seen: string; readonly plan: Plan }) {
  const plans = useQuery(queries.plans({ incidentId: plan.incidentId }));
  const before = plans.data?.items.find((each) => each.hash.startsWith(seen) && each.hash !== plan.hash);
  if (before !== undefined) return <PlanChange seen={before} plan={plan} />;
  return (
    <Banner tone="high" glyph="triangle">
      <b>The plan changed since you opened it.</b> You saw <span className="mono">#{seen}</span>; now it is v
      {plan.version} <span className="mono">#{plan.hash.slice(0, 8)}</span>:{' '}
      {unbroken(plan.steps.map((step) => step.title).join(', '))}. What you see below is the new one; nothing was
      approved.
    </Banner>
  );
}

function Card({
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
  const navigate = useNavigate();
  const session = useSession();
  const now = useNow();
  const [search] = useSearchParams();
  const [dialog, setDialog] = useState<'approve' | 'reject' | undefined>();
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
  const rule = plan.verdict?.rules.find((each) => each.effect === 'require-approval');
  const why = unbroken(incident === undefined ? approval.summary : shortReason(incident, approval.state !== 'waiting'));
  const runId = plan.runId;
  const run = useQuery({ ...queries.run(runId ?? ''), enabled: runId !== undefined });
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
        <dl>
          <dt>Why</dt>
          <dd>{why}</dd>
          <dt>Touches</dt>
          <dd>{unbroken(`${touchesText(plan.steps)}; ${unavailableText(plan.steps)}`)}</dd>
          <dt>Way back</dt>
          <dd>{wayBackText(plan)}</dd>
          <dt>Stops if</dt>
          <dd>
            {plan.verification.signals
              .map(({ signal }) => indicatorOf(signal.service ?? plan.service, signal.indicator))
              .join(' or ')}{' '}
            gets worse
          </dd>
          <dt>Rule</dt>
          <dd>
            {unbroken(rule?.fact ?? plan.verdict?.facts[0] ?? 'asked by policy')}{' '}
            <span className="mono muted">{approval.ruleIds.join(', ')}</span>
          </dd>
          <dt>Record</dt>
          <dd>{recordText(plan.trackRecord)}</dd>
          <dt>Asked by</dt>
          <dd>
            {actorText(approval.requester)}, <Time at={approval.createdAt} /> · plan hash{' '}
            <span className="mono">#{approval.planHash.slice(0, 8)}</span>
          </dd>
        </dl>
        <ChangeCard plan={plan} />
        <details className="small">
          <summary>
            {plan.prechecks.filter((check) => check.passed).length} of {plan.prechecks.length} prechecks passed; bundle{' '}
            <span className="mono">#{approval.bundleDigest.slice(0, 8)}</span>
          </summary>
          <ul className="prechecks">
            {plan.prechecks.map((check) => (
              <li key={`${check.id}${check.phase}`}>
                <StatusChip
                  kind="verdict"
                  value={check.passed ? 'allow' : 'deny'}
                  word={check.passed ? 'Passes' : 'Fails'}
                />{' '}
                {check.title}: {unbroken(check.fact)}
              </li>
            ))}
          </ul>
        </details>
      </div>
      <div className="approval-bar">
        {/* Where the decision was made, so that nothing above it moves. */}
        <Decided approval={approval} />
        {approval.state === 'waiting' ? (
          <>
            <ActionButton onClick={() => setDialog('reject')} disabledBecause={refusal}>
              Reject
            </ActionButton>
            <ActionButton
              primary
              busy={action.isPending && dialog === undefined}
              onClick={approve}
              disabledBecause={refusal}
            >
              Approve and run
            </ActionButton>
            {refusal !== undefined && <p className="small muted refusal">{refusal}</p>}
          </>
        ) : successor?.approvalId !== undefined && successor.state === 'awaiting-approval' ? (
          <ActionButton primary to={`/approvals/${successor.approvalId}?v=${successor.hash.slice(0, 8)}`}>
            {`Review plan v${successor.version}`}
          </ActionButton>
        ) : runId === undefined ? (
          <ActionButton primary to={`/incidents/${incident?.name ?? approval.incidentId}`}>
            Open incident
          </ActionButton>
        ) : (
          <ActionButton primary onClick={() => void navigate(`/runs/${runId}`)}>
            {run.data === undefined || isLive(run.data.state) ? 'Watch the run' : 'See the run'}
          </ActionButton>
        )}
        <span className="approval-menu">
          <ActionMenu
            calls={[calls.approve(approval, ''), calls.reject(approval, 'reason'), calls.evaluate(plan.id)]}
          />
        </span>
      </div>
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

/** One approval: what, where, why, what it touches, the way back and the verdict, without scrolling on a phone. */
export default function ApprovalPage() {
  const { id = '' } = useParams();
  const approval = useQuery(queries.approval(id));
  const plan = useQuery({ ...queries.plan(approval.data?.planId ?? ''), enabled: approval.data !== undefined });
  const incident = useQuery({
    ...queries.incident(approval.data?.incidentId ?? ''),
    enabled: approval.data !== undefined,
  });
  // An approval binds the exact plan: where another took its place, that one is shown against it.
  const nextId = approval.data?.state === 'void' ? incident.data?.planId : undefined;
  const replaced = nextId !== undefined && nextId !== approval.data?.planId;
  const successor = useQuery({ ...queries.plan(nextId ?? ''), enabled: replaced });
  useTitle('Approval');
  return (
    <Loaded query={approval} what="approval" heading="Approval" cardOnly skeleton={<ApprovalSkeleton />}>
      {(loaded) => (
        // With its incident, which says why: the card stands still once it is drawn.
        <Loaded
          query={incident.isPending ? { ...plan, data: undefined } : plan}
          what="plan"
          heading="Approval"
          cardOnly
          skeleton={<ApprovalSkeleton />}
        >
          {(loadedPlan) => (
            <Card
              key={loaded.id}
              approval={loaded}
              plan={loadedPlan}
              incident={incident.data}
              successor={replaced ? successor.data : undefined}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}
