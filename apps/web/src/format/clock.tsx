import { createContext, use, useState, useSyncExternalStore, type ReactNode } from 'react';
import { keptText } from '../shell/kept.ts';
import { countdownText, relativeText, timeText, type Zone } from './time.ts';

// One timer for the whole page: every relative time moves in the same frame.
let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present, to the second. */
export function useNow(): Date {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => new Date(),
  );
}

const ZONE_KEY = 'autoops-zone';
const ZoneContext = createContext<{ readonly zone: Zone; readonly setZone: (zone: Zone) => void }>({
  zone: 'utc',
  setZone: () => undefined,
});

/** Remembers whether times are shown in UTC or in the browser's zone. */
export function ZoneProvider({ children }: { readonly children: ReactNode }) {
  const [zone, setState] = useState<Zone>(() => (keptText(ZONE_KEY) === 'local' ? 'local' : 'utc'));
  const setZone = (next: Zone): void => {
    localStorage.setItem(ZONE_KEY, next);
    setState(next);
  };
  return <ZoneContext value={{ zone, setZone }}>{children}</ZoneContext>;
}

/** The zone in which times are shown, and its setter. */
export function useZone(): { readonly zone: Zone; readonly setZone: (zone: Zone) => void } {
  return use(ZoneContext);
}

/** An instant: the clock, with how long ago on demand; machine-readable, and its other form as a tooltip. */
export function Time({
  at,
  relative = false,
  plain = false,
}: {
  readonly at: string;
  readonly relative?: boolean;
  /** For a column of times: without the zone, which the top bar names, and with the day above the clock where there is no room. */
  readonly plain?: boolean;
}) {
  const present = useNow();
  const { zone } = useZone();
  const clock = timeText(at, zone, present);
  const ago = relativeText(at, present);
  return (
    <time dateTime={at} title={relative ? clock : ago} className={plain ? undefined : 'nowrap'}>
      {relative ? ago : plain ? clock.replace(/ (UTC|[+\u2212]\d\d:\d\d)$/, '') : clock}
    </time>
  );
}

/** Beside a list of plain times on a phone, whose top bar has no room to name the zone; nothing where it has. */
export function ZoneNote() {
  const { zone } = useZone();
  return <span className="zone-note small faint">Times in {zone === 'utc' ? 'UTC' : 'local time'}</span>;
}

/** Clock and relative time together: "14:02:07 UTC, 8 min ago". */
export function TimeAndAge({ at }: { readonly at: string }) {
  return (
    <>
      <Time at={at} />, <Time at={at} relative />
    </>
  );
}

/** Time left until `at` as "28:41"; not announced every second. */
export function Countdown({ at }: { readonly at: string }) {
  const present = useNow();
  return (
    <time dateTime={at} aria-live="off">
      {countdownText(at, present)}
    </time>
  );
}
