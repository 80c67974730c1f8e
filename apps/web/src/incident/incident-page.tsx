import { budgetBar } from '@autoops/charts';
import type { Plan } from '@autoops/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { calls } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { copyText } from '../controls/copy.tsx';
import { download } from '../controls/download.ts';
import { useAction } from '../controls/use-action.ts';
import { Time, TimeAndAge, useNow, useZone } from '../format/clock.tsx';
import { durationText, intervalText, oneInText, percentText, plural, timesText, unbroken } from '../format/numbers.ts';
import { timeText } from '../format/time.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { IncidentLabels } from '../labels/incident-labels.tsx';
import { useRefusal, useSession } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useParameter } from '../shell/url-state.ts';
import { Loaded, Skeleton, SkeletonScreen } from '../state/states.tsx';
import { BudgetMeter, EnvironmentChip, StatusChip } from '../status/status.tsx';
import { headline } from '../words/incident-sentence.ts';
import { DetectedCard } from './detected-card.tsx';
import { EvidenceTab } from './evidence-tab.tsx';
import { ExecuteDialog } from './execute-dialog.tsx';
import { FixCard, isOffered } from './fix-card.tsx';
import { ForecastCard } from './forecast-card.tsx';
import { GuidedDialog } from './guided-dialog.tsx';
import './incident.css';
import { Sentence } from './sentence.tsx';
import { SpineRow } from './spine.tsx';
import { NarrativeTab, ReviewTab, RunsTab } from './story-tabs.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { useIncident, type IncidentView } from './use-incident.ts';

const TABS = ['timeline', 'evidence', 'runs', 'narrative', 'review'] as const;

function Facts({ view }: { readonly view: IncidentView }) {
  const { incident, forecast, slo, service } = view;
  const left = slo?.budgetLeft ?? forecast?.budgetLeft;
  const bar = left === undefined ? undefined : budgetBar(left);
  const now = useNow();
  const { zone } = useZone();
  const over = incident.state === 'closed';
  // Of what is over the frozen forecast tells, with its time: nothing burns or fails any more.
  const then = over && forecast !== undefined ? ` at ${timeText(forecast.issuedAt, zone, now, false)}` : '';
  const burnRates = (over ? undefined : slo?.burnRates) ?? forecast?.burnRates ?? [];
  const burn = burnRates.reduce((most, rate) => Math.max(most, rate.burn), 0);
  const windowSeconds = slo?.windowSeconds ?? forecast?.windowSeconds;
  const fact = (title: string, value: React.ReactNode) => (
    <div key={title}>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
  const affected = oneInText(forecast?.currentBadRatio ?? 0);
  // Each fact has its place from the start, whatever is known by then: one that came later would push down what is being read.
  return (
    <dl className="facts incident-facts">
      {fact(
        windowSeconds === undefined ? 'Budget left' : `Budget left, ${durationText(windowSeconds)}`,
        left === undefined || bar === undefined ? (
          'not counted yet'
        ) : (
          <>
            {left < 0 ? `overspent ${percentText(-left)}` : percentText(left)} <BudgetMeter {...bar} />
          </>
        ),
      )}
      {fact(over ? `Burned${then}` : 'Burning', burn > 0 ? timesText(burn) : over ? 'not known' : 'not at all')}
      {fact(
        `Affected${then}`,
        affected === undefined ? (over ? 'no users' : 'no users yet') : `${affected} operations`,
      )}
      {fact('Depends on it', plural(service?.dependents.length ?? 0, 'service'))}
      {fact('Owner', service?.owner || 'nobody')}
      {fact('Taken by', incident.assignee ?? incident.acknowledgedBy?.id ?? (over ? 'nobody' : 'nobody yet'))}
      {fact(
        'Bad minutes avoided',
        incident.state !== 'closed'
          ? 'counted at its end'
          : incident.value === undefined
            ? 'none shown'
            : unbroken(`${intervalText(incident.value.badMinutesAvoided)} min`),
      )}
    </dl>
  );
}

function IncidentBody({ view }: { readonly view: IncidentView }) {
  const { incident, plan } = view;
  const navigate = useNavigate();
  const session = useSession();
  const [tab, setTab] = useParameter('tab', 'timeline');
  const [dialog, setDialog] = useState<'close' | 'merge' | 'guided' | undefined>();
  const [opened, setOpened] = useState<Plan | undefined>();
  const timeline = useInfiniteQuery(queries.timeline(incident.id));
  const entries = useMemo(() => timeline.data?.pages.flatMap((page) => page.items) ?? [], [timeline.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = timeline;
  const older = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const runs = useQuery({
    ...queries.runs({ incidentId: incident.id }),
    enabled: incident.runIds.length > 0 || tab === 'runs',
  });
  const refusal = useRefusal('aiops:remediate');
  const action = useAction<unknown>(() => setDialog(undefined));
  useTitle(`${incident.name} ${incident.service}`);

  const runId = plan?.runId ?? incident.runIds.at(-1);
  const approvalUrl =
    plan?.approvalId === undefined ? undefined : `/approvals/${plan.approvalId}?v=${plan.hash.slice(0, 8)}`;
  const evaluate = (): void => void navigate(`/incidents/${incident.name}/evaluate`);
  const brief = `/api/v1/incidents/${incident.id}/brief.pdf`;
  const me = session.subject ?? '';
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
    p: { label: 'Export the brief (PDF)', run: () => download(brief) },
    y: { label: 'Copy link', run: () => void copyText(location.href, 'Link') },
    u: { label: 'Assign to me', run: () => action.mutate(calls.assign(incident.id, me)) },
  });

  const menuCalls = [
    ...(plan === undefined ? [] : [calls.evaluate(plan.id), calls.execute(plan), calls.dryRun(plan.id)]),
    calls.assign(incident.id, me),
    calls.label('incidents', incident.name, 'useful'),
    calls.label('incidents', incident.name, 'noise'),
    calls.replay(incident.id),
    calls.close(incident.id, 'reason'),
  ];
  const counts: Readonly<Record<string, string>> = {
    timeline: timeline.data === undefined ? '' : ` ${entries.length}${hasNextPage ? '+' : ''}`,
    evidence: ` ${view.evidence.length}`,
    runs: ` ${incident.runIds.length}`,
  };
  return (
    <>
      <div className="strip">
        <StatusChip kind="severity" value={incident.severity} />
        {incident.state === 'closed' && incident.outcome !== undefined ? (
          <StatusChip kind="outcome" value={incident.outcome} />
        ) : (
          <StatusChip kind="incident" value={incident.state} />
        )}
        <EnvironmentChip environment={incident.environment} />
        <span className="muted small identity">
          {incident.name} ·{' '}
          <Link className="cite" to={`/services/${encodeURIComponent(`${incident.environment}:${incident.service}`)}`}>
            {incident.service}
          </Link>{' '}
          · opened{' '}
          {incident.closedAt === undefined ? (
            <TimeAndAge at={incident.openedAt} />
          ) : (
            <>
              <Time at={incident.openedAt} />, closed <Time at={incident.closedAt} />
            </>
          )}
        </span>
        <div className="actions">
          <ActionButton hint="y" onClick={() => void copyText(location.href, 'Link')}>
            Copy link
          </ActionButton>
          <ActionButton hint="p" href={brief} download>
            Export PDF
          </ActionButton>
          <ActionButton href={`/api/v1/incidents/${incident.id}/bundle.json`} download>
            Export JSON
          </ActionButton>
          <ActionMenu
            calls={menuCalls}
            items={[
              {
                label: 'Acknowledge',
                onSelect: () => action.mutate(calls.acknowledge(incident.id)),
                disabledBecause: refusal,
              },
              {
                label: 'Assign to me',
                onSelect: () => action.mutate(calls.assign(incident.id, me)),
                disabledBecause: refusal,
              },
              ...(['useful', 'noise'] as const).map((label) => ({
                label: `Label as ${label}`,
                onSelect: () => action.mutate(calls.label('incidents', incident.name, label)),
                disabledBecause: incident.anomalies.length === 0 ? 'It has no alarm.' : refusal,
              })),
              {
                label: 'Ask for a new plan',
                onSelect: () => action.mutate(calls.replan(incident.id)),
                disabledBecause: refusal,
              },
              { label: 'Run runbooks of your choice', onSelect: () => setDialog('guided'), disabledBecause: refusal },
              { label: 'Merge into another incident', onSelect: () => setDialog('merge'), disabledBecause: refusal },
              {
                label: 'Close incident',
                onSelect: () => setDialog('close'),
                disabledBecause: incident.state === 'closed' ? 'It is closed.' : refusal,
              },
            ]}
          />
        </div>
      </div>
      <h1 className="headline">
        <Sentence parts={headline(incident, view.evidence, view.narrative)} incident={incident.name} />
      </h1>
      <Facts view={view} />
      <div className="trip">
        <DetectedCard view={view} />
        <ForecastCard view={view} />
        <FixCard view={view} onExecute={() => setOpened(plan)} onEvaluate={evaluate} executeRefusal={refusal} />
      </div>
      <SpineRow view={view} />
      <div className="tabs" role="tablist" aria-label="Details">
        {TABS.map((each) => (
          <Link
            key={each}
            role="tab"
            id={`tab-${each}`}
            aria-selected={tab === each}
            aria-controls="tab-panel"
            to={each === 'timeline' ? '?' : `?tab=${each}`}
            replace
            preventScrollReset
          >
            {each.charAt(0).toUpperCase() + each.slice(1)}
            <span className="count">{counts[each] ?? ''}</span>
          </Link>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'timeline' && (
          <Loaded query={timeline} what="timeline" skeleton={<Skeleton height={240} />}>
            {() => <TimelineTab entries={entries} incident={incident.name} older={hasNextPage ? older : undefined} />}
          </Loaded>
        )}
        {tab === 'evidence' && <EvidenceTab evidence={view.evidence} anomalies={incident.anomalies} />}
        {tab === 'runs' && <RunsTab runs={runs.data?.items.filter((run) => run.incidentId === incident.id) ?? []} />}
        {tab === 'narrative' && <NarrativeTab view={view} />}
        {tab === 'review' && (
          <>
            <ReviewTab narrative={view.narrative} />
            <IncidentLabels incident={incident} />
          </>
        )}
      </div>
      {opened !== undefined && (
        <ExecuteDialog seen={opened} plan={plan ?? opened} refusal={refusal} onClose={() => setOpened(undefined)} />
      )}
      {dialog === 'guided' && (
        <GuidedDialog incident={incident} refusal={refusal} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'close' && (
        <ConfirmDialog
          open
          title={`Close ${incident.name}?`}
          confirm="Close incident"
          reason={{ label: 'Why it can be closed', required: true }}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setDialog(undefined)}
          onConfirm={(reason) => action.mutate(calls.close(incident.id, reason))}
        >
          <p>
            Its plan, if one waits, will not run. Nothing that was already done is undone; use Roll back on the run for
            that.
          </p>
        </ConfirmDialog>
      )}
      {dialog === 'merge' && (
        <ConfirmDialog
          open
          title={`Merge ${incident.name} into another incident?`}
          confirm="Merge incident"
          reason={{ label: 'Number of the other incident, for example INC-0193', required: true }}
          busy={action.isPending}
          error={action.error}
          disabledBecause={refusal}
          onClose={() => setDialog(undefined)}
          onConfirm={(into) => action.mutate(calls.merge(incident.id, into))}
        >
          <p>Its anomalies and story move to the other incident; this one closes as merged.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

/** The incident page: the product in one view. */
export default function IncidentPage() {
  const { id = '' } = useParams();
  const { query, view } = useIncident(id);
  const heading = id.startsWith('INC-') ? id : 'Incident';
  return (
    <Loaded query={{ ...query, data: view }} what="incident" heading={heading} skeleton={<IncidentSkeleton />}>
      {(loaded) => <IncidentBody key={loaded.incident.id} view={loaded} />}
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
