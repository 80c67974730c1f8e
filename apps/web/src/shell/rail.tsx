import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, NavLink, useSearchParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { isLive } from '../words/run-words.ts';
import { Icon, type IconName } from './icons.tsx';
import { useSession } from './session.tsx';
import { keptSearch } from './url-state.ts';

interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  readonly key: string;
}

export const PLACES: readonly Place[] = [
  { to: '/', label: 'Now', icon: 'now', key: 'g n' },
  { to: '/services', label: 'Services', icon: 'services', key: 'g s' },
  { to: '/incidents', label: 'Incidents', icon: 'incidents', key: 'g i' },
  { to: '/runs', label: 'Runs', icon: 'runs', key: 'g r' },
  { to: '/approvals', label: 'Approvals', icon: 'approvals', key: 'g a' },
  { to: '/value', label: 'Value', icon: 'value', key: 'g v' },
  { to: '/audit', label: 'Audit', icon: 'audit', key: 'g u' },
];
export const SECOND_PLACES: readonly Place[] = [
  { to: '/runbooks', label: 'Runbooks', icon: 'runbooks', key: 'g b' },
  { to: '/policies', label: 'Policies', icon: 'policies', key: 'g p' },
  { to: '/integrations', label: 'Integrations', icon: 'integrations', key: 'g t' },
  { to: '/self', label: 'Own figures', icon: 'self', key: 'g f' },
  { to: '/settings', label: 'Settings', icon: 'settings', key: 'g e' },
];

/** What waits for somebody at a place. */
interface Badge {
  readonly count: number;
  readonly tone: string;
  readonly words: string;
}

/** The rail with its places; what only a session knows is left to whoever has one. */
export function RailPlaces({
  open = false,
  search = '',
  badges = {},
  onNavigate,
  children,
}: {
  readonly open?: boolean;
  /** Search parameters that stay when one moves on, `?` included. */
  readonly search?: string;
  readonly badges?: Readonly<Record<string, Badge>>;
  readonly onNavigate?: () => void;
  readonly children?: ReactNode;
}) {
  const item = (place: Place) => {
    const badge = badges[place.to];
    return (
      <NavLink key={place.to} to={`${place.to}${search}`} end={place.to === '/'} className="item" onClick={onNavigate}>
        <Icon name={place.icon} />
        {place.label}
        {badge !== undefined && badge.count > 0 && (
          <b className={badge.tone}>
            {badge.count}
            <span className="sr"> {badge.words}</span>
          </b>
        )}
      </NavLink>
    );
  };
  return (
    <nav className={`rail${open ? ' open' : ''}`} aria-label="Main">
      <Link to="/" className="brand" onClick={onNavigate}>
        <Icon name="brand" />
        AutoOps
      </Link>
      {PLACES.map(item)}
      <hr />
      {SECOND_PLACES.map(item)}
      {children}
    </nav>
  );
}

/** The left rail; badges count what waits for somebody. */
export function Rail({
  open,
  onNavigate,
  children,
}: {
  readonly open: boolean;
  readonly onNavigate: () => void;
  /** What a phone has no room for in the top bar. */
  readonly children: ReactNode;
}) {
  const [search] = useSearchParams();
  const session = useSession();
  const approvals = useQuery(queries.approvals({ state: 'waiting' }));
  const incidents = useQuery(queries.incidents({ open: true }));
  const runs = useQuery(queries.runs());
  const active = runs.data?.items.filter(({ state }) => isLive(state)).length ?? 0;
  const badges = {
    '/approvals': {
      count: approvals.data?.items.filter((item) => item.state === 'waiting').length ?? 0,
      tone: '',
      words: 'waiting',
    },
    '/incidents': {
      count: incidents.data?.items.filter((item) => item.state !== 'closed').length ?? 0,
      tone: 'high',
      words: 'open',
    },
    '/runs': { count: active, tone: 'run', words: 'in progress' },
  };
  return (
    <RailPlaces open={open} search={keptSearch(search)} badges={badges} onNavigate={onNavigate}>
      <div className="more">{children}</div>
      <div className="foot small faint">
        {session.demo && <span className="chip guard">DEMO · sandbox only</span>}
        <span>
          {session.workspace ?? 'default'} · {session.version}
        </span>
      </div>
    </RailPlaces>
  );
}
