import type { Preferences } from '@autoops/contracts';

type View = Preferences['views'][string][number];

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** One value of three: what was changed here since `base` wins, otherwise what the server has. */
function pick<T>(base: T | undefined, local: T | undefined, remote: T | undefined): T | undefined {
  return same(base, local) ? remote : local;
}

/** Merges member by member; members that both sides lack are left out. */
function mergeRecords<T>(
  base: Readonly<Record<string, T>>,
  local: Readonly<Record<string, T>>,
  remote: Readonly<Record<string, T>>,
  merge: (base: T | undefined, local: T | undefined, remote: T | undefined) => T | undefined = pick,
): Record<string, T> {
  const names = [...new Set([...Object.keys(remote), ...Object.keys(local)])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = merge(base[name], local[name], remote[name]);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Views of a list by their names, so that two tabs that each save one keep both. */
function mergeViews(
  base: readonly View[] = [],
  local: readonly View[] = [],
  remote: readonly View[] = [],
): View[] | undefined {
  const byName = (views: readonly View[]) => Object.fromEntries(views.map((view) => [view.name, view]));
  const merged = Object.values(mergeRecords(byName(base), byName(local), byName(remote)));
  return merged.length === 0 ? undefined : merged;
}

/**
 * What both sides' changes since `base` make together. Without a base (the first sign-in of this browser) what only one side has is
 * kept, and where both have something the server's stands.
 */
export function mergePreferences(base: Preferences | undefined, local: Preferences, remote: Preferences): Preferences {
  const from = base ?? commonOf(local, remote);
  const density = pick(from.density, local.density, remote.density);
  return {
    views: mergeRecords(from.views, local.views, remote.views, mergeViews),
    columns: mergeRecords(from.columns, local.columns, remote.columns),
    keys: mergeRecords(from.keys, local.keys, remote.keys),
    ...(density === undefined ? {} : { density }),
  };
}

/** A base from which everything that the server has too counts as unchanged here. */
function commonOf(local: Preferences, remote: Preferences): Preferences {
  const known = <T>(mine: Readonly<Record<string, T>>, theirs: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(mine).filter(([name]) => name in theirs));
  return {
    views: Object.fromEntries(
      Object.entries(local.views).map(([list, views]) => [
        list,
        views.filter((view) => remote.views[list]?.some((other) => other.name === view.name) === true),
      ]),
    ),
    columns: known(local.columns, remote.columns),
    keys: known(local.keys, remote.keys),
    ...(local.density === undefined || remote.density === undefined ? {} : { density: local.density }),
  };
}
