import type { Ink, Scene } from '@autoops/charts';
import { useId, useState } from 'react';
import { useWidth } from '../frame/use-width.ts';

/** Which theme colour an ink is. */
const COLOUR: Readonly<Record<Ink, string>> = {
  grid: 'var(--line)',
  axis: 'var(--ink3)',
  observed: 'var(--obs)',
  band: 'var(--band)',
  'band-text': 'var(--accent)',
  'fan-inner': 'var(--fan1)',
  'fan-outer': 'var(--fan2)',
  interval: 'var(--interval)',
  forecast: 'var(--guard)',
  critical: 'var(--crit)',
  high: 'var(--high)',
  allow: 'var(--allow)',
  muted: 'var(--line2)',
  unknown: 'var(--line)',
};
const TEXT_COLOUR: Partial<Record<Ink, string>> = { muted: 'var(--ink3)', grid: 'var(--ink3)', unknown: 'var(--ink3)' };

/** Words of a scene keep a print's larger size free, so that none touch each other at this one either. */
const LEAST_TEXT_PX = 12;

/**
 * A chart's paths and words as SVG, read out as its one-sentence summary; as wide as there is room unless `fixed`, and then with `level`
 * as high as it was drawn all the same: what stands below stays where it is when the width becomes known.
 */
export function SceneView({
  scene,
  fixed = false,
  level = false,
}: {
  readonly scene: Scene;
  readonly fixed?: boolean;
  readonly level?: boolean;
}) {
  const hatch = useId();
  return (
    <svg
      viewBox={`0 0 ${scene.width} ${scene.height}`}
      width={fixed ? scene.width : '100%'}
      height={fixed || level ? scene.height : undefined}
      role="img"
      aria-label={scene.summary}
      className="chart"
    >
      {scene.paths.some((path) => path.paint === 'hatch') && (
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0V6" stroke="var(--line2)" strokeWidth="1.5" />
          </pattern>
        </defs>
      )}
      {scene.paths.map((path, index) =>
        path.paint === 'stroke' ? (
          <path
            key={index}
            d={path.d}
            fill="none"
            stroke={COLOUR[path.ink]}
            strokeWidth={path.width ?? 1}
            strokeDasharray={path.dash?.join(' ')}
            strokeLinejoin="round"
            strokeLinecap={path.ink === 'forecast' ? 'round' : 'butt'}
          />
        ) : (
          <path key={index} d={path.d} fill={path.paint === 'hatch' ? `url(#${hatch})` : COLOUR[path.ink]} />
        ),
      )}
      {scene.texts.map((text, index) => (
        <text
          key={index}
          x={text.x}
          y={text.y}
          textAnchor={text.anchor}
          fontSize={Math.max(LEAST_TEXT_PX, text.size)}
          fontWeight={text.bold ? 600 : 400}
          style={{ fill: TEXT_COLOUR[text.ink] ?? COLOUR[text.ink] }}
        >
          {text.text}
        </text>
      ))}
    </svg>
  );
}

/** How wide a chart is drawn where nothing is laid out. */
const USUAL_PX = 400;

/**
 * A chart with "view as table" under it: the same numbers for whoever cannot or will not read a picture. `draw` gets the pixels that
 * there are, so that words and lines are of the same size on every screen.
 */
export function ChartWithTable({ draw }: { readonly draw: (width: number) => Scene }) {
  const [open, setOpen] = useState(false);
  const [frame, width] = useWidth();
  const id = useId();
  const scene = draw(Number.isFinite(width) ? width : USUAL_PX);
  return (
    <figure className="chart-figure" ref={frame}>
      <SceneView scene={scene} level />
      <button type="button" className="as-table" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {open ? 'Hide table' : 'View as table'}
      </button>
      {open && (
        <div id={id} className="chart-table" tabIndex={0} role="region" aria-label={`Table: ${scene.summary}`}>
          <table className="plain-table">
            <thead>
              <tr>
                {scene.table.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {scene.table.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
