import type { Plot } from './axes.ts';
import { ON_MARK, wordRows, type Stroke, type WordPlace } from './labels.ts';
import { label, segment, type Ink, type ScenePath, type SceneText } from './scene.ts';

/** A vertical mark with its letter or words, for example D (detected) or "14:02 anomaly". */
export interface ChartMarker {
  readonly at: number;
  readonly text: string;
  readonly ink: Ink;
  readonly dashed?: boolean;
}

const LETTER_WIDTH = 7;
const ROW_HEIGHT = 14;
const GAP = 4;
/** Descenders and the halo of words end above a line that runs along the top of the plot. */
const LANE_GAP = 7;
/** The most rows of words above a plot, and how far their letters rise over the lowest one's foot. */
const ROWS = 3;
const RISE = 9;
/** From letter to letter where they stand in one row. */
const LETTER_PITCH = 11;

const within = (markers: readonly ChartMarker[], area: Plot): readonly ChartMarker[] =>
  markers
    .filter(({ at }) => area.x(at) >= area.left - 1 && area.x(at) <= area.right + 1)
    .toSorted((a, b) => a.at - b.at);

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

/** The line of a marker, which rises by `above` over the plot. */
const lineOf = ({ at, ink, dashed }: ChartMarker, area: Plot, above = 0): ScenePath => ({
  d: segment(area.x(at), area.top - above, area.x(at), area.bottom),
  ink,
  paint: 'stroke',
  width: 1,
  ...(dashed === false ? {} : { dash: [3, 3] }),
});

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
  const shown = within(markers, area);
  const places = spread(
    shown.map(({ at }) => area.x(at)),
    LETTER_PITCH,
  );
  return {
    paths: shown.map((marker) => lineOf(marker, area)),
    texts: shown.map(({ text, ink }, index) =>
      label(places[index] ?? area.left, area.top - GAP, text, ink, 'middle', true),
    ),
  };
}

/** The markers within a plot with the places of their words in the lane above it; of `area` only its width counts. */
function inLane(
  markers: readonly ChartMarker[],
  area: Plot,
): readonly { readonly marker: ChartMarker; readonly place: WordPlace | undefined }[] {
  const shown = within(markers, area);
  const worded = shown.filter(({ text }) => text !== '');
  const places = wordRows(
    worded.map(({ at, text }) => ({ x: area.x(at), width: text.length * LETTER_WIDTH, side: 'left' })),
    { left: area.left, right: area.right, rows: ROWS, gap: GAP },
  );
  return shown.map((marker) => ({ marker, place: places[worded.indexOf(marker)] }));
}

/** How much room the words of markers need above a plot: nothing where none has words. */
export function laneHeight(markers: readonly ChartMarker[], area: Plot): number {
  const rows = Math.max(0, ...inLane(markers, area).map(({ place }) => (place === undefined ? 0 : place.row + 1)));
  return rows === 0 ? 0 : LANE_GAP + rows * ROW_HEIGHT;
}

/** Markers as lines with their words in a lane above the plot, where no line of the chart runs: each line reaches up to its words. */
export function markerTexts(
  markers: readonly ChartMarker[],
  area: Plot,
): { readonly paths: ScenePath[]; readonly texts: SceneText[] } {
  const placed = inLane(markers, area);
  return {
    paths: placed.map(({ marker, place }) =>
      lineOf(marker, area, place === undefined ? 0 : LANE_GAP + place.row * ROW_HEIGHT + RISE),
    ),
    texts: placed.flatMap(({ marker: { text, ink }, place }) =>
      place === undefined
        ? []
        : [label(place.x, area.top - LANE_GAP - place.row * ROW_HEIGHT, text, ink, place.anchor, true)],
    ),
  };
}
