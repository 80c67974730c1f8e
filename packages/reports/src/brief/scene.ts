import type { Ink, Scene } from '@autoops/charts';
import { PRINT, type Canvas } from './canvas.ts';

/** The print colour of each chart ink: observed black, band pale, forecast violet; readable in greyscale by shape and dash. */
const INKS: Readonly<Record<Ink, string>> = {
  grid: PRINT.rule,
  axis: PRINT.soft,
  observed: PRINT.ink,
  band: PRINT.band,
  'band-text': PRINT.soft,
  'fan-inner': '#D9CBEF',
  'fan-outer': '#EDE6F8',
  forecast: PRINT.forecast,
  critical: PRINT.critical,
  high: '#B54708',
  allow: PRINT.allow,
  muted: PRINT.faint,
  unknown: PRINT.rule,
};

/** Draws a scene with its upper left corner at (x, y), as one figure whose alternative text is the scene's own sentence. */
export function drawScene(canvas: Canvas, scene: Scene, x: number, y: number, width: number): void {
  const { document } = canvas;
  const scale = width / scene.width;
  canvas.figure(scene.summary, () => {
    document.save().translate(x, y).scale(scale);
    for (const path of scene.paths) {
      document.path(path.d);
      if (path.paint === 'fill') document.fill(INKS[path.ink]);
      else {
        document.lineWidth(path.width ?? 1).strokeColor(INKS[path.ink]);
        if (path.paint === 'hatch') document.dash(1, { space: 3 });
        else if (path.dash) document.dash(path.dash[0] ?? 3, { space: path.dash[1] ?? 3 });
        document.stroke().undash();
      }
    }
    for (const text of scene.texts) {
      const size = Math.max(text.size, 9 / scale);
      document
        .font(text.bold ? 'bold' : 'regular')
        .fontSize(size)
        .fillColor(INKS[text.ink]);
      const length = document.widthOfString(text.text);
      const left = text.anchor === 'start' ? text.x : text.anchor === 'middle' ? text.x - length / 2 : text.x - length;
      document.text(text.text, left, text.y - size * 0.95, { lineBreak: false });
    }
    document.restore();
  });
}
