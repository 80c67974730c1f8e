import type { Plan } from '@autoops/contracts';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { keptHeight } from '../frame/kept-height.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useRefusal } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useParameter } from '../shell/url-state.ts';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { headline } from '../words/incident-sentence.ts';
import { DetectedCard } from './detected-card.tsx';
import { ExecuteDialog } from './execute-dialog.tsx';
import { FixCard, isOffered } from './fix-card.tsx';
import { ForecastCard } from './forecast-card.tsx';
import { GuidedDialog } from './guided-dialog.tsx';
import './incident.css';
import { IncidentFacts } from './incident-facts.tsx';
import { IncidentStrip } from './incident-strip.tsx';
import { IncidentTabs } from './incident-tabs.tsx';
import { Sentence } from './sentence.tsx';
import { SpineRow } from './spine.tsx';
import { useIncident, type IncidentView } from './use-incident.ts';

function IncidentBody({ view }: { readonly view: IncidentView }) {
  const { incident, plan } = view;
  const navigate = useNavigate();
  const [tab, setTab] = useParameter('tab', 'timeline');
  const [guided, setGuided] = useState(false);
  const [opened, setOpened] = useState<Plan | undefined>();
  const refusal = useRefusal('aiops:remediate');
  useTitle(`${incident.name} ${incident.service}`);

  const runId = plan?.runId ?? incident.runIds.at(-1);
  const approvalUrl =
    plan?.approvalId === undefined ? undefined : `/approvals/${plan.approvalId}?v=${plan.hash.slice(0, 8)}`;
  const evaluate = (): void => void navigate(`/incidents/${incident.name}/evaluate`);
  useKeys({
    e: { label: 'Evaluate the plan', run: evaluate },
    // Where policy already asks for an approval, executing leads to it.
    x: {
      label: 'Execute the plan',
      run: () =>
        isOffered(plan)
          ? setOpened(plan)
          : plan?.state === 'awaiting-approval' && approvalUrl !== undefined && void navigate(approvalUrl),
    },
    a: { label: 'Open the approval', run: () => approvalUrl !== undefined && void navigate(approvalUrl) },
    r: { label: 'Open the run', run: () => (runId === undefined ? setTab('runs') : void navigate(`/runs/${runId}`)) },
    t: { label: 'Show the timeline', run: () => setTab('timeline') },
  });

  return (
    <>
      <IncidentStrip view={view} onGuided={() => setGuided(true)} />
      <h1 className="headline" ref={keptHeight}>
        <Sentence parts={headline(incident, view.evidence, view.narrative)} incident={incident.name} />
      </h1>
      <IncidentFacts view={view} />
      <div className="trip">
        <DetectedCard view={view} />
        <ForecastCard view={view} />
        <FixCard view={view} onExecute={() => setOpened(plan)} onEvaluate={evaluate} executeRefusal={refusal} />
      </div>
      <SpineRow view={view} />
      <IncidentTabs view={view} tab={tab} />
      {opened !== undefined && (
        <ExecuteDialog seen={opened} plan={plan ?? opened} refusal={refusal} onClose={() => setOpened(undefined)} />
      )}
      {guided && <GuidedDialog incident={incident} refusal={refusal} onClose={() => setGuided(false)} />}
    </>
  );
}

/** The incident page: the product in one view. */
export default function IncidentPage() {
  const { id = '' } = useParams();
  return <Incident key={id} id={id} />;
}

function Incident({ id }: { readonly id: string }) {
  const { query, view } = useIncident(id);
  const heading = id.startsWith('INC-') ? id : 'Incident';
  return (
    <Loaded query={{ ...query, data: view }} what="incident" heading={heading} skeleton={<IncidentSkeleton />}>
      {(loaded) => <IncidentBody view={loaded} />}
    </Loaded>
  );
}

/** With the heights of a usual incident, which differ by width. */
function IncidentSkeleton() {
  return (
    <div className="awaited-incident">
      <SkeletonScreen
        parts={[
          { heights: ['var(--head)'], width: '70%' },
          { heights: ['var(--facts)'], width: '60%' },
          { grid: 'trip', heights: ['var(--card)', 'var(--card)', 'var(--fix)'] },
          { heights: [76] },
          { heights: [36], width: '40%' },
          { heights: [240] },
        ]}
      />
    </div>
  );
}
