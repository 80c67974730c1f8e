import type { Approval, IncidentResource, Plan } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { Time } from '../format/clock.tsx';
import { Banner } from '../state/banner.tsx';
import { statusLook } from '../status/statuses.ts';
import { isLive } from '../words/run-words.ts';

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

/** Where the decision is made and then stands, with what can be done after it. */
export function ApprovalBar({
  approval,
  plan,
  incident,
  successor,
  refusal,
  busy,
  onApprove,
  onReject,
}: {
  readonly approval: Approval;
  readonly plan: Plan;
  readonly incident: IncidentResource | undefined;
  /** The plan that took the place of the one this approval was asked for. */
  readonly successor: Plan | undefined;
  /** Why this person cannot decide now. */
  readonly refusal: string | undefined;
  readonly busy: boolean;
  readonly onApprove: () => void;
  readonly onReject: () => void;
}) {
  const runId = plan.runId;
  const run = useQuery({ ...queries.run(runId ?? ''), enabled: runId !== undefined });
  return (
    <div className="approval-bar">
      {/* Where the decision was made, so that nothing above it moves. */}
      <Decided approval={approval} />
      {approval.state === 'waiting' ? (
        <>
          <ActionButton onClick={onReject} disabledBecause={refusal}>
            Reject
          </ActionButton>
          <ActionButton primary busy={busy} onClick={onApprove} disabledBecause={refusal}>
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
        <ActionButton primary to={`/runs/${runId}`}>
          {run.data === undefined || isLive(run.data.state) ? 'Watch the run' : 'See the run'}
        </ActionButton>
      )}
      <span className="approval-menu">
        <ActionMenu calls={[calls.approve(approval, ''), calls.reject(approval, 'reason'), calls.evaluate(plan.id)]} />
      </span>
    </div>
  );
}
