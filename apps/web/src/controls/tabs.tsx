import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';

/** Tabs of a screen; which one is open stands in the URL under `tab`, the first one is the default and left out. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly (readonly [string, string])[];
}) {
  const [search] = useSearchParams();
  const current = search.get('tab') ?? tabs[0]?.[0];
  const line = useRef<HTMLElement>(null);
  // On a phone not all of the line is seen; the page itself must not scroll to it.
  useEffect(() => {
    const whole = line.current;
    const open = whole?.querySelector<HTMLElement>('[aria-current]') ?? null;
    if (whole !== null && open !== null)
      whole.scrollLeft = open.offsetLeft - whole.offsetLeft - (whole.clientWidth - open.offsetWidth) / 2;
  }, [current]);
  return (
    <nav ref={line} className="tabs" aria-label={label}>
      {tabs.map(([id, words], index) => {
        const next = new URLSearchParams(index === 0 ? '' : { tab: id });
        return (
          <Link
            key={id}
            to={{ search: next.toString() }}
            {...(id === current ? { 'aria-current': 'page' as const } : {})}
          >
            {words}
          </Link>
        );
      })}
    </nav>
  );
}
