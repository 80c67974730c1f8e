import { PAGE, PRINT, type Canvas } from './canvas.ts';
import type { BriefContent } from './content.ts';
import { textOf } from './said.ts';
import { drawScene } from './scene.ts';

const TILE_HEIGHT = 92;
const TILE_TEXT = 20;
/** A tile's number is set smaller where it would not fit into one line. */
const TILE_SIZES = [17, 15, 13, 11] as const;

function tiles(canvas: Canvas, { tiles: all }: BriefContent): void {
  const gap = 10;
  const width = (canvas.contentWidth - 3 * gap) / 4;
  const top = canvas.y + 4;
  all.forEach((tile, index) => {
    const x = PAGE.margin + index * (width + gap);
    const room = width - TILE_TEXT;
    const value = textOf(tile.value);
    const size = TILE_SIZES.find((each) => canvas.widthOf(value, { size: each, font: 'bold' }) <= room) ?? 11;
    canvas.decoration(() => canvas.document.roundedRect(x, top, width, TILE_HEIGHT, 5).fill(PRINT.tile));
    canvas.textAt(x + 10, top + 10, tile.label, { size: 9, colour: PRINT.soft, width: room + 6 });
    canvas.textAt(x + 10, top + 26 + (17 - size) / 2, value, { size, font: 'bold', width: room + 8 });
    canvas.textAt(x + 10, top + 51, textOf(tile.note), { size: 9, colour: PRINT.soft, width: room + 6 });
  });
  canvas.y = top + TILE_HEIGHT + 14;
}

function charts(canvas: Canvas, { charts: both, legend }: BriefContent): void {
  const gap = 18;
  const width = (canvas.contentWidth - gap) / 2;
  const top = canvas.y + 15;
  let bottom = top;
  both.forEach(({ title, scene }, index) => {
    const x = PAGE.margin + index * (width + gap);
    canvas.textAt(x, canvas.y, title, { size: 9, font: 'bold', width: width + 8 });
    drawScene(canvas, scene, x, top, width);
    bottom = Math.max(bottom, top + (scene.height * width) / scene.width);
  });
  canvas.y = bottom + 6;
  canvas.paragraph(legend, { size: 9, colour: PRINT.soft });
  canvas.y += 6;
}

/** The 60-second page: strip, headline, four tiles, two charts, three answers and the decision asked. */
export function pageOne(canvas: Canvas, content: BriefContent, bundleUrl: string): void {
  content.strip.forEach((line, index) =>
    canvas.paragraph(textOf(line), {
      size: 9,
      colour: index === 0 ? PRINT.soft : PRINT.link,
      ...(index === 0 ? {} : { link: bundleUrl }),
    }),
  );
  canvas.y += 4;
  canvas.heading(1, textOf(content.headline));
  tiles(canvas, content);
  charts(canvas, content);
  for (const { title, said, evidence } of content.answers) {
    const heading = { font: 'bold', size: 10 } as const;
    const top = canvas.y;
    canvas.paragraph(title, heading);
    const left = PAGE.margin + canvas.widthOf(title, heading) + 8;
    canvas.cite(left, top + 1, canvas.contentWidth - (left - PAGE.margin), evidence);
    canvas.paragraph(textOf(said));
    canvas.y += 4;
  }
}
