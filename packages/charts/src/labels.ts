import type { SceneText } from './scene.ts';

/** A stroke that words should keep clear of, as points in scene units. */
export interface Stroke {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What a unit of its length under a word costs. */
  readonly weight: number;
}

/** What a unit of a line, or of a mark, costs words that lie on it: one that is crossed costs more than a grid line along all of them. */
export const ON_LINE = 4;
export const ON_MARK = 2;
const ON_GRID = 0.1;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Widths of Inter's average letter as shares of its size; print sets words of charts up to this much larger than the page does. */
const LETTER = 0.54;
const BOLD_LETTER = 0.58;
const PRINT_SIZE = 12.8;
/** Words on words cannot be read at all, and words beyond the plot are cut off. */
const ON_WORDS = 10_000;
const BEYOND = 100_000;

/** A level line across an area, for words that shall keep clear of it. */
export function levelStroke({ left, right }: Pick<Box, 'left' | 'right'>, y: number, weight: number): Stroke {
  return {
    points: [
      [left, y],
      [right, y],
    ],
    weight,
  };
}

/** The grid lines at these heights, which words cross only where nothing else is free. */
export function gridStrokes(area: Pick<Box, 'left' | 'right'>, heights: readonly number[]): readonly Stroke[] {
  return heights.map((y) => levelStroke(area, y, ON_GRID));
}

/** The room that a label takes, estimated: nothing here knows the font. */
export function boxOf({ x, y, text, anchor, bold, size }: SceneText): Box {
  const height = Math.max(size, PRINT_SIZE);
  const width = text.length * height * (bold ? BOLD_LETTER : LETTER);
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - height * 0.8, bottom: y + height * 0.25 };
}

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** How much of a straight stroke lies in a box (Liang and Barsky's clipping). */
function lengthInside(box: Box, [x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): number {
  let [from, to] = [0, 1];
  for (const [start, change, low, high] of [
    [x1, x2 - x1, box.left, box.right],
    [y1, y2 - y1, box.top, box.bottom],
  ] as const) {
    if (change === 0) {
      if (start < low || start > high) return 0;
      continue;
    }
    const [first, second] = [(low - start) / change, (high - start) / change];
    from = Math.max(from, Math.min(first, second));
    to = Math.min(to, Math.max(first, second));
  }
  return to > from ? (to - from) * Math.hypot(x2 - x1, y2 - y1) : 0;
}

function costOf(candidate: SceneText, strokes: readonly Stroke[], texts: readonly SceneText[], area: Box): number {
  const box = boxOf(candidate);
  let cost = texts.filter((text) => overlaps(box, boxOf(text))).length * ON_WORDS;
  cost +=
    BEYOND *
    (Math.max(0, area.left - box.left) +
      Math.max(0, box.right - area.right - 1) +
      Math.max(0, area.top - box.top - 4) +
      Math.max(0, box.bottom - area.bottom - 1));
  for (const { points, weight } of strokes)
    for (let index = 1; index < points.length; index += 1) {
      const [before, point] = [points[index - 1], points[index]];
      if (before !== undefined && point !== undefined) cost += weight * lengthInside(box, before, point);
    }
  return cost;
}

type Placing = readonly [
  candidates: readonly [SceneText, ...SceneText[]],
  strokes: readonly Stroke[],
  texts: readonly SceneText[],
  area: Box,
];

function cheapest(...[candidates, strokes, texts, area]: Placing): { readonly text: SceneText; readonly cost: number } {
  let [text] = candidates;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const cost = costOf(candidate, strokes, texts, area);
    if (cost < least) [text, least] = [candidate, cost];
    if (cost === 0) break;
  }
  return { text, cost: least };
}

/** The first of the candidates that lies on no stroke and no other words; where there is none, the one that lies on least. */
export function placed(...placing: Placing): SceneText {
  return cheapest(...placing).text;
}

/** The same for words that may be left out: undefined where they would lie on others or be cut off. */
export function placedIfFree(...placing: Placing): SceneText | undefined {
  const { text, cost } = cheapest(...placing);
  return cost < ON_WORDS ? text : undefined;
}

/** Words beside a vertical line at `x`; `width` in the same units. */
export interface BesideLine {
  readonly x: number;
  readonly width: number;
  /** Where they stand if there is room on both sides. */
  readonly side: 'left' | 'right';
}

/** Where words beside a line stand: `x` is their edge at the line, `row` counts from 0 upwards. */
export interface WordPlace {
  readonly x: number;
  readonly anchor: 'start' | 'end';
  readonly row: number;
}

interface Standing {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly row: number;
}

/** Words on no others, in no line that reaches up to them, and with a line of their own that goes through none. */
const clear = (one: Standing, other: Standing, gap: number): boolean =>
  (one.row !== other.row || one.from >= other.to + gap || one.to <= other.from - gap) &&
  (one.row > other.row || one.from >= other.x || one.to <= other.x) &&
  (one.row < other.row || other.from >= one.x || other.to <= one.x);

/**
 * Puts words, which come from left to right, beside their lines in the rows of a lane above a plot: a line reaches up to the row of its
 * words. None lies on others, in another's line, or reaches beyond `left` and `right`. Words for which no row has room are undefined:
 * their line stands without them.
 */
export function wordRows(
  words: readonly BesideLine[],
  room: { readonly left: number; readonly right: number; readonly rows: number; readonly gap: number },
): readonly (WordPlace | undefined)[] {
  const standing: Standing[] = [];
  return words.map(({ x, width, side }, index) => {
    const sides = side === 'left' ? (['end', 'start'] as const) : (['start', 'end'] as const);
    const later = words.slice(index + 1).map((word) => word.x);
    for (let row = 0; row < room.rows; row += 1)
      for (const anchor of sides) {
        const from = anchor === 'end' ? x - room.gap - width : x + room.gap;
        const own = { x, from, to: from + width, row };
        if (own.from < room.left || own.to > room.right) continue;
        // In the lowest row they would leave a later line, which goes through it, without its words.
        if (row === 0 && later.some((line) => line > own.from && line < own.to)) continue;
        if (!standing.every((other) => clear(own, other, room.gap))) continue;
        standing.push(own);
        return { x: anchor === 'end' ? own.to : own.from, anchor, row };
      }
    return undefined;
  });
}
