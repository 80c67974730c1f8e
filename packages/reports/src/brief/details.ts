import { PRINT, type Canvas, type CanvasCell } from './canvas.ts';
import type { Block, BriefContent, Section } from './content.ts';
import { textOf } from './said.ts';

function block(canvas: Canvas, part: Block, evidenceIds: readonly string[] | undefined): void {
  switch (part.kind) {
    case 'definition':
      return canvas.paragraph(part.text);
    case 'paragraph':
      return canvas.paragraph(textOf(part.said), {
        ...(part.soft === true ? { colour: PRINT.soft } : {}),
        ...(part.link === undefined ? {} : { link: part.link, colour: PRINT.link }),
      });
    case 'table':
      return canvas.table(
        part.columns.map(({ title, share, mono }) => ({
          title,
          width: share * canvas.contentWidth,
          ...(mono === true ? { font: 'mono' as const } : {}),
        })),
        part.rows.map((row, number) =>
          row.map((cell, column): CanvasCell =>
            'cites' in cell ? cell : { text: textOf(cell), ...(column === 0 ? { anchor: evidenceIds?.[number] } : {}) },
          ),
        ),
      );
  }
}

function section(canvas: Canvas, { title, blocks, evidenceIds }: Section): void {
  canvas.heading(2, title);
  for (const part of blocks) block(canvas, part, evidenceIds);
}

/** Detail pages and appendix, which begin on a page of their own. */
export function detailPages(canvas: Canvas, { sections }: BriefContent): void {
  canvas.newPage();
  for (const part of sections) section(canvas, part);
}
