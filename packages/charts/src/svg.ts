import type { Ink, Scene } from './scene.ts';

/** Colours of a picture that stands alone, on white; told apart in greyscale by shape, dash and lightness. */
const COLOURS: Readonly<Record<Ink, string>> = {
  grid: '#E4E7EC',
  axis: '#475467',
  observed: '#101828',
  band: '#D6E4F5',
  'band-text': '#475467',
  'fan-inner': '#D9CBEF',
  'fan-outer': '#EDE6F8',
  interval: '#8A63D2',
  forecast: '#6941C6',
  critical: '#B42318',
  high: '#B54708',
  allow: '#067647',
  muted: '#98A2B3',
  unknown: '#E4E7EC',
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A scene as an SVG document of its own, its sentence as title: the same scene gives the same bytes. */
export function sceneSvg(scene: Scene): string {
  const { width, height } = scene;
  const paths = scene.paths.map(({ d, ink, paint, width: stroke, dash }) => {
    const colour = COLOURS[ink];
    if (paint === 'fill') return `<path d="${d}" fill="${colour}"/>`;
    if (paint === 'hatch') return `<path d="${d}" fill="url(#hatch)"/>`;
    const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
    return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${stroke ?? 1}"${dashes} stroke-linejoin="round"/>`;
  });
  const texts = scene.texts.map(
    ({ x, y, text, ink, anchor, bold, size }) =>
      `<text x="${x}" y="${y}" font-size="${size}"${bold ? ' font-weight="600"' : ''} text-anchor="${anchor}" fill="${COLOURS[ink]}">${escaped(text)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img">`,
    `<title>${escaped(scene.summary)}</title>`,
    `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="${COLOURS.muted}" stroke-width="1.5"/></pattern></defs>`,
    `<rect width="${width}" height="${height}" fill="#FFFFFF"/>`,
    ...paths,
    ...texts,
    '</svg>',
    '',
  ].join('\n');
}
