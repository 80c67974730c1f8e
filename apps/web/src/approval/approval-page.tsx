import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { useTitle } from '../shell/title.ts';
import { Loaded } from '../state/loaded.tsx';
import { ApprovalCard } from './approval-card.tsx';
import './approval.css';
import { ApprovalSkeleton } from './approval-skeleton.tsx';

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
            <ApprovalCard
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
