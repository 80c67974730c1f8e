import type { Ink, Scene } from '@autoops/charts';
import { PRINT, type Canvas } from './canvas.ts';

/** The print colour of each chart ink: observed black, band pale, forecast violet; readable in greyscale by shape and dash. */
const INKS: Readonly<Record<Ink, string>> = {
  grid: PRINT.rule,
  axis: PRINT.soft,
  observed: PRINT.ink,
  band: PRINT.band,
  'band-text': PRINT.soft,
  'fan-inner': '#E2D8F4',
  'fan-outer': '#F2EDFB',
  interval: '#8A63D2',
  forecast: PRINT.forecast,
  critical: PRINT.critical,
  high: '#B54708',
  allow: PRINT.allow,
  muted: PRINT.faint,
  unknown: PRINT.rule,
};

/** Distance of the lines of a hatch, in the scene's units. */
const HATCH = 7;

/** Fills a path with slanting lines: what nobody observed, readable without colour. */
function hatch(document: PDFKit.PDFDocument, d: string, { width, height }: Scene): void {
  document.save().path(d).clip();
  for (let x = -height; x < width; x += HATCH) document.moveTo(x, height).lineTo(x + height, 0);
  document.lineWidth(0.8).strokeColor(INKS.unknown).stroke().restore();
}

/** Draws a scene with its upper left corner at (x, y), as one figure whose alternative text is the scene's own sentence. */
export function drawScene(canvas: Canvas, scene: Scene, x: number, y: number, width: number): void {
  const { document } = canvas;
  const scale = width / scene.width;
  canvas.figure(scene.summary, () => {
    document.save().translate(x, y).scale(scale);
    for (const path of scene.paths) {
      if (path.paint === 'hatch') hatch(document, path.d, scene);
      else if (path.paint === 'fill') document.path(path.d).fill(INKS[path.ink]);
      else {
        document
          .path(path.d)
          .lineWidth(path.width ?? 1)
          .strokeColor(INKS[path.ink]);
        if (path.dash) document.dash(path.dash[0] ?? 3, { space: path.dash[1] ?? 3 });
        document.stroke().undash();
      }
    }
    for (const text of scene.texts) {
      const size = Math.max(text.size, 9 / scale);
      document
        .font(text.bold ? 'bold' : 'regular')
        .fontSize(size)
        .fillColor(text.ink === 'muted' ? PRINT.soft : INKS[text.ink]);
      const length = document.widthOfString(text.text);
      const left = text.anchor === 'start' ? text.x : text.anchor === 'middle' ? text.x - length / 2 : text.x - length;
      document.text(text.text, left, text.y - size * 0.95, { lineBreak: false });
    }
    document.restore();
  });
}
