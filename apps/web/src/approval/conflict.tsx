import type { Plan } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { unbroken } from '../format/numbers.ts';
import { Banner } from '../state/banner.tsx';
import { PlanChange } from '../incident/plan-change.tsx';

/** The plan that the link was made for is not the plan that waits now: says what differs (412 in words). */
export function Conflict({ seen, plan }: { readonly seen: string; readonly plan: Plan }) {
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
