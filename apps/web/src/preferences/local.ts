import type { Preferences } from '@autoops/contracts';
import { BINDINGS_KEY, bindingsOf } from '../keyboard/bindings.ts';
import { keepRecord, readKept } from '../shell/kept.ts';
import { hiddenOf, COLUMNS_KEY } from '../table/column-choice.tsx';
import { viewsOf, VIEWS_KEY } from '../table/saved-views.tsx';
import { clearDensity, DENSITY_KEY, setDensity } from '../theme/density.ts';

/** Keeps the members of a record that are not empty lists. */
function filled<T>(
  record: Readonly<Record<string, unknown>>,
  of: (value: unknown) => readonly T[],
): Record<string, T[]> {
  return Object.fromEntries(
    Object.entries(record)
      .map(([name, value]): [string, T[]] => [name, [...of(value)]])
      .filter(([, list]) => list.length > 0),
  );
}

/** The preferences as this browser has them: they are there before the first answer, and without a server. */
export function readLocal(): Preferences {
  const density = localStorage.getItem(DENSITY_KEY);
  return {
    views: filled(readKept(VIEWS_KEY), viewsOf),
    columns: filled(readKept(COLUMNS_KEY), hiddenOf),
    keys: bindingsOf(readKept(BINDINGS_KEY)),
    ...(density === 'compact' || density === 'comfortable' ? { density } : {}),
  };
}

/** Makes this browser show these preferences, at once and from the next start. */
export function writeLocal(preferences: Preferences): void {
  keepRecord(VIEWS_KEY, preferences.views);
  keepRecord(COLUMNS_KEY, preferences.columns);
  keepRecord(BINDINGS_KEY, preferences.keys);
  if (preferences.density === undefined) clearDensity();
  else setDensity(preferences.density);
}
