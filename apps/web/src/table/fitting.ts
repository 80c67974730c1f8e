/** Pixels between two columns, and beside the first and the last, as table.css has them. */
const GAP_PX = 16;
const EDGES_PX = 32;

interface Track {
  /** A CSS grid track; its first length is the least that it takes. */
  readonly width: string;
  readonly wideOnly?: boolean;
}

const leastOf = ({ width }: Track): number => Number(/(\d+)px/.exec(width)?.[1] ?? 0);

/** The columns that fit into `available` pixels: of those for wide screens as many as have room, the first of them first. */
export function fitting<T extends Track>(columns: readonly T[], available: number): readonly T[] {
  const taken = (kept: readonly T[]): number =>
    kept.reduce((sum, column) => sum + leastOf(column), EDGES_PX + GAP_PX * (kept.length - 1));
  let kept = columns;
  for (const column of columns.filter((each) => each.wideOnly === true).toReversed()) {
    if (taken(kept) <= available) break;
    kept = kept.filter((each) => each !== column);
  }
  return kept;
}
