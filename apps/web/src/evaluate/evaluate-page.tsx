import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionMenu } from '../controls/action-menu.tsx';
import { useKeys } from '../keyboard/keys.tsx';
import { OtherSignIn } from '../shell/other-sign-in.tsx';
import { useRefusal } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { forbidden } from '../state/forbidden.ts';
import { Empty } from '../state/empty.tsx';
import { Failed } from '../state/failed.tsx';
import { Loaded, useLastFailure } from '../state/loaded.tsx';
import { Skeleton, SkeletonTable } from '../state/skeletons.tsx';
import { EvaluatePanel } from './evaluate-panel.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { useEditedPlan } from './use-edited-plan.ts';

/** The panel's size: its title, the verdict and the rules that tell. */
function Waiting() {
  return (
    <div className="stack tight">
      <h1 className="sr">Evaluate</h1>
      <Skeleton height={28} width="45%" />
      <SkeletonTable rows={11} />
    </div>
  );
}

/** Evaluate: `/incidents/:id/evaluate` for an incident's plan, `/policies/evaluate?plan=` for any. */
export default function EvaluatePage() {
  const { id } = useParams();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const incident = useQuery({ ...queries.incident(id ?? ''), enabled: id !== undefined });
  const planId = search.get('plan') ?? incident.data?.planId;
  const plan = useQuery({ ...queries.plan(planId ?? ''), enabled: planId !== undefined });
  const failure = useLastFailure([incident], id ?? '');
  const refusal = useRefusal('aiops:analyze');
  const evaluation = useQuery({
    ...queries.evaluation(planId ?? '', plan.data?.hash ?? ''),
    enabled: plan.data !== undefined && refusal === undefined,
  });
  const edited = useEditedPlan(plan.data, refusal === undefined);
  useTitle(`Evaluate ${incident.data?.name ?? 'plan'}`);
  useKeys({
    e: { label: 'Evaluate again', run: () => void evaluation.refetch() },
    a: {
      label: 'Open the approval',
      run: () =>
        plan.data?.approvalId !== undefined &&
        void navigate(`/approvals/${plan.data.approvalId}?v=${plan.data.hash.slice(0, 8)}`),
    },
    Escape: { label: 'Back to the incident', run: () => id !== undefined && void navigate(`/incidents/${id}`) },
  });

  const back =
    id === undefined ? null : (
      <p className="small muted" style={{ marginBottom: 10 }}>
        <Link className="cite" to={`/incidents/${id}`}>
          {incident.data?.name ?? id}
        </Link>{' '}
        {incident.data?.title}
      </p>
    );
  if (failure !== null && incident.data === undefined)
    return (
      <>
        {back}
        <div className="pagehead">
          <h1>Evaluate</h1>
        </div>
        <Failed error={failure} what="incident" retry={() => void incident.refetch()} />
      </>
    );
  if (planId === undefined) {
    return (
      <>
        <div className="evaluate-head">{back}</div>
        {incident.isFetching ? (
          <Waiting />
        ) : (
          <>
            <h1 className="sr">Evaluate</h1>
            <Empty
              title="There is no plan to evaluate"
              text={
                id === undefined
                  ? 'Open Evaluate from an incident with a plan, or add ?plan=ID to this URL.'
                  : 'The planner has not proposed one yet; it appears here by itself.'
              }
            />
          </>
        )}
      </>
    );
  }
  if (refusal !== undefined) {
    return (
      <>
        <h1 className="sr">Evaluate</h1>
        {back}
        <Empty title="Your role does not let you evaluate" {...forbidden('aiops:analyze')}>
          <OtherSignIn />
        </Empty>
      </>
    );
  }
  return (
    <>
      <div className="spread evaluate-head">
        {back}
        <ActionMenu calls={[calls.evaluate(planId), calls.dryRun(planId)]} />
      </div>
      <Loaded query={plan} what="plan" skeleton={<Waiting />}>
        {(loadedPlan) => (
          <Loaded query={evaluation} what="evaluation" skeleton={<Waiting />}>
            {(answer) => (
              <>
                <EvaluatePanel
                  evaluation={edited.answer ?? answer}
                  plan={edited.answer?.plan ?? loadedPlan}
                  busy={evaluation.isFetching || edited.waiting}
                  onRefresh={() => void (edited.answer === undefined ? evaluation.refetch() : edited.again())}
                />
                <PlanEditor
                  plan={loadedPlan}
                  edited={edited}
                  onProposed={() => id !== undefined && void navigate(`/incidents/${id}`)}
                />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </>
  );
}
