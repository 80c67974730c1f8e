/** How well lines were grouped. */
export interface GroupingScore {
  /** Share of lines whose group holds exactly the lines of their true template (grouping accuracy, Zhu et al. 2019). */
  readonly accuracy: number;
  /** F1 over templates: harmonic mean of the shares of groups and of true templates that agree exactly. */
  readonly f1: number;
}

/** Compares the groups of lines with the true ones; both name a group per line. */
export function groupingScore(truth: readonly string[], found: readonly (string | number)[]): GroupingScore {
  const sizes = new Map<string, number>();
  for (const name of truth) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  const groups = new Map<string | number, { lines: number; of: Set<string> }>();
  found.forEach((name, line) => {
    const group = groups.get(name) ?? { lines: 0, of: new Set() };
    group.lines++;
    group.of.add(truth[line] as string);
    groups.set(name, group);
  });
  const exact = [...groups.values()].filter(
    ({ lines, of }) => of.size === 1 && [...of].every((name) => sizes.get(name) === lines),
  );
  return {
    accuracy: exact.reduce((sum, { lines }) => sum + lines, 0) / Math.max(1, truth.length),
    f1: (2 * exact.length) / Math.max(1, groups.size + sizes.size),
  };
}
