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
    paths: shown.map(({ at, ink, dashed }) => ({
      d: segment(area.x(at), area.top, area.x(at), area.bottom),
      ink,
      paint: 'stroke',
      width: 1,
      ...(dashed === false ? {} : { dash: [3, 3] }),
    })),
    texts: shown.flatMap(({ text, ink }, index) => {
      const place = places[index];
      if (text === '' || place === undefined) return [];
      return [label(place.x, area.top + 9 + place.row * ROW_HEIGHT, text, ink, place.anchor, true)];
    }),
  };
}
