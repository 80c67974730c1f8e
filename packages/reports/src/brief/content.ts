import type { Scene } from '@autoops/charts';
import type { BriefInput } from './brief-input.ts';
import { chartsOf, legendOf } from './charts.ts';
import { detailSections } from './detail-content.ts';
import {
  answersOf,
  headlineOf,
  PAGE_ONE_WORDS,
  stripOf,
  tilesOf,
  wordsOf,
  type Answer,
  type Tile,
} from './page-one-content.ts';
import { textOf, type Said } from './said.ts';
import type { Block, Section } from './section.ts';

/** Everything that a brief says, before it is laid out: every number in it is a figure with its place in the bundle. */
export interface BriefContent {
  readonly strip: readonly Said[];
  readonly headline: Said;
  readonly tiles: readonly Tile[];
  readonly charts: readonly { readonly title: string; readonly scene: Scene }[];
  readonly legend: string;
  readonly answers: readonly Answer[];
  readonly sections: readonly Section[];
}

/** What the brief of an incident version says; the same input gives the same content. Works for every outcome. */
export function briefContent(input: BriefInput): BriefContent {
  const told = {
    strip: stripOf(input),
    headline: headlineOf(input),
    tiles: tilesOf(input),
    charts: chartsOf(input),
    legend: legendOf(input),
    sections: detailSections(input),
  };
  const spent = pageOneSaid({ ...told, answers: [] }).reduce((sum, said) => sum + wordsOf(textOf(said)), 0);
  return { ...told, answers: answersOf(input, PAGE_ONE_WORDS - spent) };
}

/** Every text of a brief but the charts', in reading order. */
export function saidIn(content: BriefContent): readonly Said[] {
  const cells = (block: Block): readonly Said[] => {
    if (block.kind === 'definition') return [];
    if (block.kind === 'paragraph') return [block.said];
    return [
      ...block.columns.map(({ title }): Said => [title]),
      ...block.rows.flat().flatMap((cell): readonly Said[] => ('cites' in cell ? [] : [cell])),
    ];
  };
  return [
    ...pageOneSaid(content),
    ...content.sections.flatMap(({ title, blocks }) => [[title], ...blocks.flatMap(cells)]),
  ];
}

/** Every text of page one but the charts' axes: what its reader reads. */
export function pageOneSaid(content: BriefContent): readonly Said[] {
  return [
    ...content.strip,
    content.headline,
    ...content.tiles.flatMap(({ label, value, note }) => [[label], value, note]),
    ...content.charts.map(({ title }): Said => [title]),
    [content.legend],
    ...content.answers.flatMap(({ title, said }) => [[title], said]),
  ];
}
