import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { queries } from '../api/queries.ts';
import { Countdown, Time } from '../format/clock.tsx';
import { durationText, moneyText, plainNumber, plural } from '../format/numbers.ts';
import { useKeys } from '../keyboard/keys.tsx';
import { useSession } from '../shell/session.tsx';
import { useTitle } from '../shell/title.ts';
import { useEnvironmentFilter } from '../shell/url-state.ts';
import { Banner, Empty, Failed, Learning, SkeletonRows } from '../state/states.tsx';
import { ActorMark, EnvironmentChip, Status } from '../status/status.tsx';
import { capital, reasonText } from '../words/reasons.ts';
import { stepsText } from '../words/plan-words.ts';
import './now.css';
import { soonestExhaustion, stateSentence, worklist, type WorkItem } from './worklist.ts';

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
      return <>{item.approval.summary}</>;
    case 'execute':
    case 'incident':
      return (
        <>
          {item.incident.name} {capital(item.incident.title)}
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
            .map((slo) => `${slo.title || slo.name} ${plainNumber(slo.budgetLeft * 100, 0)} % left`)
            .join(', ')}
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
            ? 'no end in sight'
            : item.seconds <= 0
              ? 'budget gone'
              : `gone in ${durationText(item.seconds)}`)}
        {(item.kind === 'execute' || item.kind === 'incident') && <Time at={item.incident.openedAt} relative />}
        {(item.kind === 'run' || item.kind === 'human') && <Time at={item.run.createdAt} relative />}
      </span>
    </Link>
  );
}

function FirstStart() {
  const services = useQuery(queries.services());
  const incidents = useQuery(queries.incidents());
  const learning =
    services.data?.items.filter((service) => service.learning !== undefined && service.state === 'learning') ?? [];
  const demo = useQuery({ ...queries.demo(), enabled: useSession().demo });
  const first = learning[0]?.learning;
  const least = learning.reduce(
    (lowest, service) =>
      service.learning !== undefined && service.learning.samples < (lowest?.samples ?? Number.POSITIVE_INFINITY)
        ? service.learning
        : lowest,
    first,
  );
  const broken = demo.data?.faults?.filter((fault) => fault.active === true) ?? [];
  if (least === undefined) {
    return broken.length === 0 ? null : (
      <Banner tone="guard" glyph="gear">
        The demo is broken on purpose:{' '}
        {broken.map((fault) => `${fault.name} in ${fault.environment ?? 'staging'}`).join(', ')}.
      </Banner>
    );
  }
  return (
    <Banner tone="run" glyph="half">
      <div className="stack tight">
        <Learning samples={least.samples} of={least.of} note="nothing is called unusual before that" />
        {demo.isEnabled && (incidents.data?.items.length ?? 0) === 0 && (
          <span>
            {demo.data?.anybodyHasBroken === true
              ? 'The sandbox is broken on purpose; its incident appears here by itself.'
              : 'Next, the demo breaks the noisy job in staging once by itself: the first live incident appears here at most 90 s after the start.'}
          </span>
        )}
      </div>
    </Banner>
  );
}

function Tiles() {
  const services = useQuery(queries.services());
  const incidents = useQuery(queries.incidents());
  const approvals = useQuery(queries.approvals());
  const value = useQuery(queries.value('90d'));
  const all = services.data?.items ?? [];
  const open = incidents.data?.items.filter((incident) => incident.state !== 'closed') ?? [];
  const closed = incidents.data?.items.filter((incident) => incident.state === 'closed') ?? [];
  const verified = closed.filter((incident) => incident.outcome === 'verified').length;
  const soonest = all
    .map((service) => ({ service, seconds: soonestExhaustion(service) }))
    .filter((each) => each.seconds !== null)
    .toSorted((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0))[0];
  const tiles: readonly (readonly [string, string, string, string])[] = [
    [
      'Services',
      `${all.filter((service) => service.state === 'healthy').length} of ${all.length}`,
      'healthy',
      '/services',
    ],
    [
      'Open incidents',
      String(open.length),
      closed.length === 0 ? 'none closed yet' : `${verified} of ${closed.length} closed ones verified as fixed`,
      '/incidents',
    ],
    [
      'First budget to go',
      soonest?.seconds === undefined || soonest.seconds === null
        ? 'none'
        : soonest.seconds <= 0
          ? 'gone'
          : durationText(soonest.seconds),
      soonest === undefined ? 'no exhaustion in sight' : `${soonest.service.service} in ${soonest.service.environment}`,
      '/services?sort=eta',
    ],
    [
      'Avoided in 90 days',
      value.data === undefined ? '—' : `${plainNumber(value.data.badMinutesAvoided.p10 ?? 0, 1)} min`,
      value.data === undefined ? 'bad service' : `bad service; ${moneyText(value.data.booked)} booked (P10)`,
      '/value',
    ],
  ];
  return (
    <div className="grid4" aria-busy={services.isPending}>
      {tiles.map(([title, big, note, to]) => (
        <Link key={title} to={to} className="card tile">
          <h2>{title}</h2>
          <span className="big">{big}</span>
          <span className="small muted">{note}</span>
        </Link>
      ))}
      <span className="sr">{approvals.data?.items.length ?? 0} approvals in all</span>
    </div>
  );
}

function RecentEvents() {
  const audit = useInfiniteQuery(queries.audit({ limit: 12 }));
  const entries = audit.data?.pages[0]?.items.slice(0, 12) ?? [];
  if (audit.error !== null)
    return <Failed error={audit.error} what="recent events" retry={() => void audit.refetch()} />;
  return (
    <section aria-labelledby="recent">
      <h2 id="recent">Recent events</h2>
      {audit.isPending ? (
        <SkeletonRows rows={6} height={28} />
      ) : entries.length === 0 ? (
        <p className="muted small">Nothing has happened yet.</p>
      ) : (
        <div className="events">
          {entries.map((entry) => (
            <div key={entry.id} className="e">
              <span className="faint small">
                <Time at={entry.at} plain />
              </span>
              <ActorMark actor={entry.actor} />
              {entry.incidentId === undefined ? (
                <span>{entry.summary}</span>
              ) : (
                <Link className="quiet" to={`/incidents/${entry.incidentId}`}>
                  {entry.summary || reasonText(entry.reason)}
                </Link>
              )}
            </div>
          ))}
        </div>
      )}
    </section>
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
  const pending = services.isPending || approvals.isPending || incidents.isPending || runs.isPending;
  const failed = services.error ?? approvals.error ?? incidents.error ?? runs.error;
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

  return (
    <>
      <div className="pagehead">
        <h1>{pending ? 'Looking…' : stateSentence(items, services.data?.items ?? [])}</h1>
      </div>
      <div className="stack">
        <FirstStart />
        {failed !== null && (
          <Failed
            error={failed}
            what="overview"
            retry={() =>
              void Promise.all([services.refetch(), approvals.refetch(), incidents.refetch(), runs.refetch()])
            }
          />
        )}
        <Tiles />
      </div>
      <div className="now-grid">
        <section aria-labelledby="worklist" className="stack tight">
          <h2 id="worklist">What needs me</h2>
          {pending ? (
            <SkeletonRows rows={4} height={46} />
          ) : items.length === 0 ? (
            <div className="card">
              <Empty
                title="Nothing needs you"
                text={
                  (services.data?.items.length ?? 0) === 0
                    ? 'Services appear here once a source sends signals.'
                    : `Decisions, runs and burning budgets of ${plural(services.data?.items.length ?? 0, 'service')} appear here as they happen.`
                }
                {...((services.data?.items.length ?? 0) === 0
                  ? { command: 'autoops doctor' }
                  : session.demo
                    ? { command: 'npx --no autoops demo break noisy-job' }
                    : {})}
              />
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
