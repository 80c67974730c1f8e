import type { Approval, IncidentResource, Plan } from '@autoops/contracts';
import { useState } from 'react';

/** What a decision is made on. */
export interface Asked {
  readonly approval: Approval;
  readonly plan: Plan;
  readonly incident: IncidentResource | undefined;
}

/** What the card tells: as it stood while it waited, so that deciding rewrites no line of what was just read and moves nothing. */
export function useAsAsked(current: Asked): Asked {
  const [asked, setAsked] = useState(current);
  const decidedHere = asked.approval.state === 'waiting' && current.approval.state !== 'waiting';
  const changed =
    asked.approval !== current.approval || asked.plan !== current.plan || asked.incident !== current.incident;
  if (changed && !decidedHere) setAsked(current);
  return decidedHere ? asked : current;
}
