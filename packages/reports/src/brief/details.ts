import { PRINT, type Canvas, type CanvasCell, type TableColumn, type TextStyle } from './canvas.ts';
import type { BriefContent } from './content.ts';
import type { Block, Section } from './section.ts';
import { textOf } from './said.ts';

/** What is no higher than this stays on one page. */
const TOGETHER = 300;
const HEADING = 34;

type Table = Extract<Block, { readonly kind: 'table' }>;

function columnsOf(canvas: Canvas, { columns }: Table): readonly TableColumn[] {
  return columns.map(({ title, share, mono }) => ({
    title,
    width: share * canvas.contentWidth,
    ...(mono === true ? { font: 'mono' as const } : {}),
  }));
}

function rowsOf({ rows }: Table, evidenceIds: readonly string[] | undefined): readonly (readonly CanvasCell[])[] {
  return rows.map((row, number) =>
    row.map((cell, column): CanvasCell =>
      'cites' in cell ? cell : { text: textOf(cell), ...(column === 0 ? { anchor: evidenceIds?.[number] } : {}) },
    ),
  );
}

function styleOf(part: Extract<Block, { readonly kind: 'paragraph' }>): TextStyle {
  return {
    ...(part.soft === true ? { colour: PRINT.soft } : {}),
    ...(part.link === undefined ? {} : { link: part.link, colour: PRINT.link }),
  };
}

function heightOf(canvas: Canvas, part: Block): number {
  if (part.kind === 'table') return canvas.heightOfTable(columnsOf(canvas, part), rowsOf(part, undefined));
  return canvas.heightOf(part.kind === 'definition' ? part.text : textOf(part.said)) + 4;
}

function block(canvas: Canvas, part: Block, evidenceIds: readonly string[] | undefined): void {
  const height = heightOf(canvas, part);
  if (height <= TOGETHER) canvas.need(height);
  switch (part.kind) {
    case 'definition':
      return canvas.paragraph(part.text);
    case 'paragraph':
      return canvas.paragraph(textOf(part.said), styleOf(part));
    case 'table':
      return canvas.table(columnsOf(canvas, part), rowsOf(part, evidenceIds));
  }
}

/** A section stays on one page where it is short; a longer one begins where at least its first part has room. */
function section(canvas: Canvas, { title, blocks, evidenceIds }: Section): void {
  const heights = blocks.map((part) => heightOf(canvas, part));
  const all = heights.reduce((sum, height) => sum + height, HEADING);
  const first = HEADING + (heights[0] ?? 0);
  if (all <= TOGETHER) canvas.need(all);
  else if (first <= TOGETHER) canvas.need(first);
  canvas.heading(2, title);
  for (const part of blocks) block(canvas, part, evidenceIds);
}

/** Detail pages and appendix, which begin on a page of their own. */
export function detailPages(canvas: Canvas, { sections }: BriefContent): void {
  canvas.newPage();
  for (const part of sections) section(canvas, part);
}
