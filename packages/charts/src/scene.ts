/**
 * What a stroke or a word of a chart means. The page maps each ink to a theme colour, the brief to a grey-safe print colour;
 * no chart names a colour itself.
 */
export type Ink =
  | 'grid'
  | 'axis'
  | 'observed'
  | 'band'
  | 'band-text'
  | 'fan-inner'
  | 'fan-outer'
  | 'interval'
  | 'forecast'
  | 'critical'
  | 'high'
  | 'allow'
  | 'muted'
  | 'unknown';

/** One SVG path; `d` is in the scene's own units with y downwards. */
export interface ScenePath {
  readonly d: string;
  readonly ink: Ink;
  readonly paint: 'stroke' | 'fill' | 'hatch';
  readonly width?: number;
  readonly dash?: readonly number[];
}

/** One direct label. `y` is the base line. */
export interface SceneText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly ink: Ink;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly bold: boolean;
  readonly size: number;
}

/** The same numbers as a table, for "view as table" and for a reader who sees no picture. */
export interface SceneTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A drawn chart: paths and words, one sentence that says what it shows, and its numbers. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly paths: readonly ScenePath[];
  readonly texts: readonly SceneText[];
  readonly summary: string;
  readonly table: SceneTable;
}

/** Distances in scene units between the outer edge and the plot. */
export interface Margins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** A label with the size and weight that most labels have. */
export function label(
  x: number,
  y: number,
  text: string,
  ink: Ink,
  anchor: SceneText['anchor'] = 'start',
  bold = false,
  size = 11,
): SceneText {
  return { x: round(x), y: round(y), text, ink, anchor, bold, size };
}

/** A straight line as path data. */
export function segment(x1: number, y1: number, x2: number, y2: number): string {
  return `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`;
}

/** Coordinates with one decimal: a tenth of a unit is below what a screen or a printer shows, and keeps output bytes stable. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
