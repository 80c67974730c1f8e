import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Outlet, useLocation, useMatch, useNavigate, useSearchParams } from 'react-router';
import { calls, perform } from '../api/actions.ts';
import { queries } from '../api/queries.ts';
import { useZone } from '../format/clock.tsx';
import { useKeys } from '../keyboard/keys.tsx';
import { useLiveness } from '../live/live.tsx';
import { useSyncedPreferences } from '../preferences/use-preferences.ts';
import { Banner } from '../state/banner.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { useTour } from '../tour/tour.tsx';
import type { Command } from './commands.ts';
import { useFrameOver } from './frame-over.ts';
import { Icon } from './icons.tsx';
import { loadDialog, useKillSwitch } from './kill-switch.tsx';
import { LiveChip } from './live-chip.tsx';
import { usePageTop } from './page-top.ts';
import { PLACES, Rail, SECOND_PLACES } from './rail.tsx';
import { SearchButton } from './search-button.tsx';
import { useSession } from './session.tsx';
import { DEFAULT_RANGE, keptSearch, RANGES, useParameter } from './url-state.ts';
import { UserMenu } from './user-menu.tsx';

const loadPalette = () => import('./palette.tsx');
const loadKeyMap = () => import('./keymap.tsx');
const loadMenu = () => import('@mui/material/Menu');
const Palette = lazy(loadPalette);
const KeyMapDialog = lazy(loadKeyMap);
/** What only a key or a click shows is fetched when the page has long been drawn; then it opens at once, also without a network. */
const LATER_MS = 3000;

function EnvironmentFilter() {
  const [environment, setEnvironment] = useParameter('env');
  const services = useQuery(queries.services());
  const names = [
    ...new Set([
      ...(services.data?.items.map((service) => service.environment) ?? []),
      ...(environment === '' ? [] : [environment]),
    ]),
  ].toSorted();
  return (
    <label className={`chip env${environment === 'prod' ? ' prod' : ''}`} data-testid="environment-filter">
      <span>Environment</span>
      <select value={environment} onChange={(event) => setEnvironment(event.target.value)}>
        <option value="">All</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name === 'prod' ? 'PROD' : name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** In which zone times are told, and on the pages with charts over time how much of it is shown. */
function RangeFilter() {
  const charts = useMatch('/services/:id') !== null;
  const [range, setRange] = useParameter('range', DEFAULT_RANGE);
  const { zone, setZone } = useZone();
  return (
    <span className="chip range">
      {charts && (
        <label>
          <span className="sr">Time range</span>
          <select value={range} onChange={(event) => setRange(event.target.value)}>
            {RANGES.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        type="button"
        className="zone"
        onClick={() => setZone(zone === 'utc' ? 'local' : 'utc')}
        aria-label={`Times in ${zone === 'utc' ? 'UTC' : 'local time'}; switch`}
      >
        {zone === 'utc' ? 'UTC' : 'local'}
      </button>
    </span>
  );
}

/** Everything around a screen: rail, top bar, banners, palette, keyboard map. */
export function Shell() {
  useFrameOver();
  usePageTop();
  const session = useSession();
  useSyncedPreferences(session.subject);
  const navigate = useNavigate();
  const location = useLocation();
  const [search] = useSearchParams();
  const [railOpen, setRailOpen] = useState(false);
  const [overlay, setOverlay] = useState<'palette' | 'keys' | undefined>();
  const main = useRef<HTMLElement>(null);
  const kill = useKillSwitch();
  const live = useLiveness();
  const { start: startTour } = useTour();

  const showPalette = (): void => {
    setRailOpen(false);
    setOverlay('palette');
  };
  const goKeys = Object.fromEntries(
    [...PLACES, ...SECOND_PLACES].map((place) => [
      place.key,
      { label: `Go to ${place.label}`, run: () => void navigate(`${place.to}${keptSearch(search)}`) },
    ]),
  );
  useKeys({ ...goKeys, '?': { label: 'Show this map', run: () => setOverlay('keys') } });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOverlay('palette');
      }
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  useEffect(() => {
    const later = setTimeout(() => {
      for (const load of [loadPalette, loadKeyMap, loadMenu, loadDialog]) load().catch(() => undefined); // asked for again when opened
    }, LATER_MS);
    return () => clearTimeout(later);
  }, []);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [location.pathname]);

  const extra = useMemo<readonly Command[]>(
    () => [
      { group: 'Do', label: 'Stop or start all automation', run: kill.ask },
      { group: 'Do', label: 'Show keyboard map', hint: '?', run: () => setOverlay('keys') },
      { group: 'Do', label: 'Take the tour', run: startTour },
      ...(session.demo
        ? [
            {
              group: 'Demo',
              label: 'Break the noisy job in staging',
              run: () => void perform(calls.breakDemo('noisy-job', 'staging')),
            },
            {
              group: 'Demo',
              label: 'Break the noisy job in prod',
              run: () => void perform(calls.breakDemo('noisy-job', 'prod')),
            },
            { group: 'Demo', label: 'Reset the sandbox', run: () => void perform(calls.resetDemo()) },
          ]
        : []),
    ],
    [kill.ask, session.demo, startTour],
  );

  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Rail open={railOpen} onNavigate={() => setRailOpen(false)}>
        <button type="button" className="chip search" onClick={showPalette}>
          Search or run a command
        </button>
        <RangeFilter />
      </Rail>
      <div style={{ minWidth: 0 }}>
        <header className="topbar">
          <button
            type="button"
            className="icon-button menu-toggle"
            aria-label="Menu"
            aria-expanded={railOpen}
            onClick={() => setRailOpen(!railOpen)}
          >
            <Icon name="menu" />
          </button>
          <EnvironmentFilter />
          <RangeFilter />
          <LiveChip />
          {session.demo && <span className="chip guard wide demo">DEMO</span>}
          <SearchButton onClick={showPalette} />
          {kill.button}
          <button
            type="button"
            className="icon-button help"
            aria-label="Keyboard map"
            onClick={() => setOverlay('keys')}
          >
            <b>?</b>
          </button>
          <UserMenu />
        </header>
        <main id="main" ref={main} tabIndex={-1} className="page">
          <div className="stack tight banners">
            {live.state === 'offline' && (
              <Banner tone="high" glyph="dash">
                <b>Offline.</b> Nothing new arrives and nothing can be changed until the server is reached again;
                whatever is shown is from before.
              </Banner>
            )}
            {kill.banner}
          </div>
          <Suspense fallback={<Skeleton height={420} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {kill.dialog}
      <Suspense fallback={null}>
        {overlay === 'palette' && <Palette onClose={() => setOverlay(undefined)} extra={extra} />}
        {overlay === 'keys' && <KeyMapDialog onClose={() => setOverlay(undefined)} />}
      </Suspense>
    </div>
  );
}
