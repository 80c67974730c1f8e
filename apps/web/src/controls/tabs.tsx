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
  return (
    <nav className="tabs" aria-label={label}>
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
