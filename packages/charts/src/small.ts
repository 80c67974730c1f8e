import { extent } from 'd3-array';
import { plot } from './axes.ts';
import { seriesPath } from './line.ts';
import { round, type Scene, type ScenePath } from './scene.ts';
import { durationText, percentDigits, plainNumber, valueText, type Unit } from './words.ts';

/** A line without axes for a table cell; nulls are gaps, and the newest value is a dot only when it is known. */
export function sparkline(
  title: string,
  values: readonly (number | null)[],
  unit: Unit,
  width = 96,
  height = 24,
): Scene {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const [low = 0, high = 1] = extent(known);
  const area = plot(
    width,
    height,
    { top: 3, right: 4, bottom: 3, left: 2 },
    { from: 0, to: Math.max(1, values.length - 1) },
    { from: Math.min(0, low), to: high > Math.min(0, low) ? high : Math.min(0, low) + 1 },
  );
  const line = seriesPath(
    values.map((value, at) => ({ at, value })),
    area,
  );
  const paths: ScenePath[] = line === '' ? [] : [{ d: line, ink: 'observed', paint: 'stroke', width: 1.4 }];
  const last = values.at(-1);
  if (last !== undefined && last !== null) {
    const x = round(area.x(values.length - 1));
    const y = round(area.y(last));
    paths.push({ d: `M${x - 2} ${y}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z`, ink: 'observed', paint: 'fill' });
  }
  const summary =
    known.length === 0
      ? `${title}: no data.`
      : `${title}: ${valueText(last, unit)} now, between ${valueText(low, unit)} and ${valueText(high, unit)}.`;
  return {
    width,
    height,
    paths,
    texts: [],
    summary,
    table: { columns: ['tick', title], rows: values.map((value, at) => [String(at + 1), valueText(value, unit)]) },
  };
}

/** How full a budget bar is and how urgent its colour: under 50 % left is high, under 20 % critical. */
export function budgetBar(
  budgetLeft: number,
  width = 72,
): { readonly filled: number; readonly ink: 'allow' | 'high' | 'critical'; readonly summary: string } {
  const left = Math.min(1, Math.max(0, budgetLeft));
  return {
    filled: round(width * left),
    ink: left < 0.2 ? 'critical' : left < 0.5 ? 'high' : 'allow',
    summary:
      budgetLeft < 0
        ? `Budget overspent by ${percentDigits(-budgetLeft)} %`
        : `${percentDigits(budgetLeft)} % of the budget left`,
  };
}

/** P10 to P90 as a bar with its median, on a scale that starts at zero or at the lowest value below it. */
export function intervalBar(
  title: string,
  quantiles: { readonly p10: number | null; readonly p50: number | null; readonly p90: number | null },
  scaleMax: number,
  unit: Unit,
  width = 120,
  height = 14,
): Scene {
  const { p10, p50, p90 } = quantiles;
  const low = Math.min(0, p10 ?? 0);
  const area = plot(
    width,
    height,
    { top: 0, right: 2, bottom: 0, left: 2 },
    { from: low, to: Math.max(scaleMax, low + 1e-9) },
    { from: 0, to: 1 },
  );
  const paths: ScenePath[] = [
    { d: `M${area.left} ${height / 2}H${area.right}`, ink: 'grid', paint: 'stroke', width: 1 },
  ];
  if (p10 !== null && p90 !== null)
    paths.push({
      d: `M${round(area.x(p10))} ${height / 2 - 3}H${round(area.x(p90))}V${height / 2 + 3}H${round(area.x(p10))}Z`,
      ink: 'interval',
      paint: 'fill',
    });
  if (p50 !== null)
    paths.push({
      d: `M${round(area.x(p50))} ${height / 2 - 5}V${height / 2 + 5}`,
      ink: 'observed',
      paint: 'stroke',
      width: 2,
    });
  const summary = `${title}: P10 ${valueText(p10, unit)}, P50 ${valueText(p50, unit)}, P90 ${valueText(p90, unit)}.`;
  return {
    width,
    height,
    paths,
    texts: [],
    summary,
    table: {
      columns: ['P10', 'P50', 'P90'],
      rows: [[valueText(p10, unit), valueText(p50, unit), valueText(p90, unit)]],
    },
  };
}

/** How many events fall into each of `buckets` equal stretches of time: the density strip above a timeline. */
export function densityStrip(times: readonly number[], buckets: number, width = 600, height = 24): Scene {
  const [from = 0, to = 1] = extent(times);
  const span = Math.max(1, to - from);
  const counts = new Array<number>(buckets).fill(0);
  for (const at of times) {
    const index = Math.min(buckets - 1, Math.floor(((at - from) / span) * buckets));
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  const cell = width / buckets;
  const d = counts
    .map((count, index) =>
      count === 0
        ? ''
        : `M${round(index * cell + 0.5)} ${height}V${round(height - Math.max(2, (count / most) * (height - 2)))}h${round(Math.max(1, cell - 1))}V${height}Z`,
    )
    .join('');
  return {
    width,
    height,
    paths: d === '' ? [] : [{ d, ink: 'axis', paint: 'fill' }],
    texts: [],
    summary: `${plainNumber(times.length, 0)} entries over ${durationText(span / 1000)}.`,
    table: { columns: ['bucket', 'entries'], rows: counts.map((count, index) => [String(index + 1), String(count)]) },
  };
}
