import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { IncidentLabels } from '../labels/incident-labels.tsx';
import { Loaded } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { EvidenceTab } from './evidence-tab.tsx';
import { NarrativeTab, ReviewTab, RunsTab } from './story-tabs.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import type { IncidentView } from './use-incident.ts';

const TABS = ['timeline', 'evidence', 'runs', 'narrative', 'review'] as const;

/** The story of the incident in five tabs, each an address of its own. */
export function IncidentTabs({ view, tab }: { readonly view: IncidentView; readonly tab: string }) {
  const { incident } = view;
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
  const counts: Readonly<Record<string, string>> = {
    timeline: timeline.data === undefined ? '' : ` ${entries.length}${hasNextPage ? '+' : ''}`,
    evidence: ` ${view.evidence.length}`,
    runs: ` ${incident.runIds.length}`,
  };
  return (
    <>
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
    </>
  );
}
