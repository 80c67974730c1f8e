import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { asProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { Countdown, Time } from '../format/clock.tsx';
import { durationText, NO_END, plainNumber, plural, unbroken } from '../format/numbers.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useSession } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useEnvironmentFilter } from '../shell/url-state.ts';
import { Banner } from '../state/banner.tsx';
import { Empty } from '../state/empty.tsx';
import { Failed } from '../state/failed.tsx';
import { useLastFailure } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { EnvironmentChip, Status } from '../status/status.tsx';
import { capital } from '../words/reasons.ts';
import { stepsText } from '../words/plan-words.ts';
import { FirstRunCard, useFirstRun } from './first-run-card.tsx';
import './now.css';
import { RecentEvents } from './recent-events.tsx';
import { Tiles } from './tiles.tsx';
import { stateSentence, worklist, type WorkItem } from './worklist.ts';
import { DemoOffer } from '../state/demo-offer.tsx';

const KIND_WORDS: Readonly<Record<WorkItem['kind'], readonly [Parameters<typeof Status>[0]['kind'], string, string]>> =
  {
    approval: ['verdict', 'require-approval', 'Decide'],
    execute: ['verdict', 'allow', 'Start it'],
    human: ['run', 'needs-human', 'Needs a person'],
    run: ['run', 'running', 'In progress'],
    incident: ['incident', 'detected', 'Looked at'],
    burning: ['health', 'burning', 'Burning'],
  };

function ItemText({ item }: { readonly item: WorkItem }) {
  switch (item.kind) {
    case 'approval':
      return <>{unbroken(item.approval.summary)}</>;
    case 'execute':
    case 'incident':
      return (
        <>
          {item.incident.name} {unbroken(capital(item.incident.title))}
        </>
      );
    case 'run':
    case 'human':
      return <>{stepsText(item.run.steps)}</>;
    case 'burning':
      return (
        <>
          {item.service.service}:{' '}
          {item.service.slos
            .map((slo) => `${slo.title || slo.name}, ${plainNumber(slo.budgetLeft * 100, 0)}\u202F% left`)
            .join('; ')}
        </>
      );
  }
}

function Work({ item, index }: { readonly item: WorkItem; readonly index: number }) {
  const [kind, value, word] = KIND_WORDS[item.kind];
  const environment =
    item.kind === 'approval'
      ? item.approval.environment
      : item.kind === 'run' || item.kind === 'human'
        ? item.run.environment
        : item.kind === 'burning'
          ? item.service.environment
          : item.incident.environment;
  return (
    <Link className="item" to={item.to}>
      <kbd aria-hidden="true">{index + 1}</kbd>
      <Status
        kind={kind}
        value={item.kind === 'run' ? item.run.state : item.kind === 'incident' ? item.incident.state : value}
        {...(item.kind === 'run' || item.kind === 'incident' ? {} : { word })}
      />
      <span className="row what" style={{ flexWrap: 'nowrap' }}>
        <EnvironmentChip environment={environment} /> <span>{<ItemText item={item} />}</span>
      </span>
      <span className="right">
        {item.kind === 'approval' && (
          <>
            <Countdown at={item.approval.expiresAt} /> left
          </>
        )}
        {item.kind === 'burning' &&
          (item.seconds === null
            ? NO_END
            : item.seconds <= 0
              ? 'budget gone'
              : `gone in ${durationText(item.seconds)}`)}
        {(item.kind === 'execute' || item.kind === 'incident') && <Time at={item.incident.openedAt} relative />}
        {(item.kind === 'run' || item.kind === 'human') && <Time at={item.run.createdAt} relative />}
      </span>
    </Link>
  );
}

/** What needs me now. */
export default function NowPage() {
  useTitle('Now');
  const navigate = useNavigate();
  const environment = useEnvironmentFilter();
  const session = useSession();
  const services = useQuery(queries.services());
  const approvals = useQuery(queries.approvals({ state: 'waiting' }));
  const incidents = useQuery(queries.incidents({ open: true }));
  const runs = useQuery(queries.runs());
  const { run: firstRun, putAway, ...first } = useFirstRun();
  const read = [services, approvals, incidents, runs];
  const failed = useLastFailure(read, 'Now page');
  // Everything comes at once: what came late would push down what somebody already reads.
  const pending = read.some((query) => query.data === undefined) || first.pending;
  const items = worklist(
    approvals.data?.items ?? [],
    incidents.data?.items ?? [],
    runs.data?.items ?? [],
    services.data?.items ?? [],
    environment,
  );
  useKeys(
    Object.fromEntries(
      items
        .slice(0, 9)
        .map((item, index) => [
          String(index + 1),
          { label: `Open row ${index + 1}`, run: () => void navigate(item.to) },
        ]),
    ),
  );

  const again = (): void => void Promise.all(read.map((query) => query.refetch()));
  // Without all four nobody can say that nothing needs them.
  if (failed !== null && read.some((query) => query.data === undefined))
    return (
      <>
        <div className="pagehead">
          <h1>Now</h1>
        </div>
        <Failed error={failed} what="Now page" retry={again} />
      </>
    );
  if (pending)
    return (
      <>
        <div className="pagehead">
          <h1>Now</h1>
        </div>
        <SkeletonScreen
          parts={[
            { grid: 'grid4 tiles', heights: [97, 97, 97, 97] },
            { grid: 'now-grid', heights: [210, 660] },
          ]}
        />
      </>
    );
  return (
    <>
      <div className="pagehead">
        <h1>
          {stateSentence(
            items,
            services.data?.items.filter((one) => environment === undefined || one.environment === environment) ?? [],
          )}
        </h1>
      </div>
      <div className="stack">
        {firstRun !== undefined && <FirstRunCard run={firstRun} onPutAway={putAway} />}
        {read.some((query) => query.error !== null) && (
          <Banner tone="high" glyph="clock" action={<ActionButton onClick={again}>Try again</ActionButton>}>
            This is the last that was received; the newest answer failed: {asProblem(failed).title}.
          </Banner>
        )}
        <Tiles />
      </div>
      <div className="now-grid">
        <section aria-labelledby="worklist" className="stack tight">
          <h2 id="worklist">What needs me</h2>
          {items.length === 0 ? (
            <div className="card">
              <Empty
                title={(services.data?.items.length ?? 0) === 0 ? 'Nothing is watched yet' : 'Nothing needs you'}
                text={
                  (services.data?.items.length ?? 0) === 0
                    ? 'Services appear here once a source sends signals. This says what is still missing:'
                    : `Decisions, runs and burning budgets of ${plural(services.data?.items.length ?? 0, 'service')} appear here as they happen.`
                }
                {...((services.data?.items.length ?? 0) === 0 ? { command: 'npx --no autoops doctor' } : {})}
              >
                {(services.data?.items.length ?? 0) === 0 && (
                  <ActionButton primary to="/integrations">
                    Connect a source
                  </ActionButton>
                )}
                {((services.data?.items.length ?? 0) === 0 || session.demo) && <DemoOffer />}
              </Empty>
            </div>
          ) : (
            <div className="work">
              {items.map((item, index) => (
                <Work key={`${item.kind}${item.key}`} item={item} index={index} />
              ))}
            </div>
          )}
        </section>
        <RecentEvents />
      </div>
    </>
  );
}
