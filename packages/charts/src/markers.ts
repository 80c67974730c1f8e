import type { Plot } from './axes.ts';
import { ON_MARK, wordRows, type Stroke } from './labels.ts';
import { label, segment, type Ink, type ScenePath, type SceneText } from './scene.ts';

/** A vertical mark with its letter or words, for example D (detected) or "14:02 anomaly". */
export interface ChartMarker {
  readonly at: number;
  readonly text: string;
  readonly ink: Ink;
  readonly dashed?: boolean;
}

const LETTER_WIDTH = 7;
const ROW_HEIGHT = 13;
const GAP = 4;
/** From letter to letter where they stand in one row. */
const LETTER_PITCH = 11;

const within = (markers: readonly ChartMarker[], area: Plot): readonly ChartMarker[] =>
  markers.filter(({ at }) => area.x(at) >= area.left - 1 && area.x(at) <= area.right + 1);

/** The lines of markers, for words that shall keep clear of them. */
export function markerStrokes(markers: readonly ChartMarker[], area: Plot): readonly Stroke[] {
  return within(markers, area).map(({ at }) => ({
    points: [
      [area.x(at), area.top],
      [area.x(at), area.bottom],
    ],
    weight: ON_MARK,
  }));
}

const linesOf = (shown: readonly ChartMarker[], area: Plot): ScenePath[] =>
  shown.map(({ at, ink, dashed }) => ({
    d: segment(area.x(at), area.top, area.x(at), area.bottom),
    ink,
    paint: 'stroke',
    width: 1,
    ...(dashed === false ? {} : { dash: [3, 3] }),
  }));

/** Places in their order, as near to `wanted` (which rises) as is possible at least `pitch` apart: neighbours that crowd share the shift. */
function spread(wanted: readonly number[], pitch: number): readonly number[] {
  const groups: { readonly sum: number; readonly size: number }[] = [];
  wanted.forEach((place, index) => {
    let group = { sum: place - index * pitch, size: 1 };
    for (
      let before = groups.at(-1);
      before && before.sum / before.size > group.sum / group.size;
      before = groups.at(-1)
    ) {
      group = { sum: group.sum + before.sum, size: group.size + before.size };
      groups.pop();
    }
    groups.push(group);
  });
  return groups
    .flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
    .map((place, index) => place + index * pitch);
}

/** Markers as lines with their letters in one row above the plot, where no line of the chart runs. */
export function markersAbove(
  markers: readonly ChartMarker[],
  area: Plot,
): { readonly paths: ScenePath[]; readonly texts: SceneText[] } {
  const shown = within(markers, area).toSorted((a, b) => a.at - b.at);
  const places = spread(
    shown.map(({ at }) => area.x(at)),
    LETTER_PITCH,
  );
  return {
    paths: linesOf(shown, area),
    texts: shown.map(({ text, ink }, index) =>
      label(places[index] ?? area.left, area.top - GAP, text, ink, 'middle', true),
    ),
  };
}

/** Markers as lines with their words: left of the line, as in print, where there is room; neighbours under each other. */
export function markerTexts(
  markers: readonly ChartMarker[],
  area: Plot,
): { readonly paths: ScenePath[]; readonly texts: SceneText[] } {
  const shown = within(markers, area);
  const places = wordRows(
    shown.map(({ at, text }) => ({ x: area.x(at), width: text.length * LETTER_WIDTH, side: 'left' })),
    { left: area.left + GAP, right: area.right, rows: Math.floor((area.bottom - area.top) / ROW_HEIGHT), gap: GAP },
  );
  return {
    paths: linesOf(shown, area),
    texts: shown.flatMap(({ text, ink }, index) => {
      const place = places[index];
      if (text === '' || place === undefined) return [];
      return [label(place.x, area.top + 9 + place.row * ROW_HEIGHT, text, ink, place.anchor, true)];
    }),
  };
}
