import type { SeriesResource } from '@autoops/contracts';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { lineSummary, tickText, usualStep, valueText, type ChartPoint } from '@autoops/charts';
import { indicatorText } from '../words/reasons.ts';
import { colour, drawEvents, marksText, type ChartEvent } from './dense-events.ts';

interface DenseChartProps {
  readonly series: SeriesResource;
  readonly events: readonly ChartEvent[];
  /** Charts with the same key share their cursor. */
  readonly syncKey: string;
  readonly zone: 'utc' | 'local';
  readonly height?: number;
  readonly onZoom?: (fromMs: number, toMs: number) => void;
  /** Told of the stretch that was dragged over with Shift held. */
  readonly onAnnotate?: (fromMs: number, toMs: number) => void;
}

type Column = (number | null)[];

/** The points of a series on the clock of the page; instants are parsed once, for there are thousands. */
function pointsOf(series: Pick<SeriesResource, 'points'>): ChartPoint[] {
  return series.points.map((point) => ({
    at: Date.parse(point.at),
    value: point.value,
    low: point.bandLow,
    high: point.bandHigh,
  }));
}

/** Columns for uPlot: seconds, value, band low, band high. A hole of more than 2.5 ticks gets a null row, so that no line crosses it. */
export function columnsOf(points: readonly ChartPoint[]): [number[], Column, Column, Column] {
  const at: number[] = [];
  const value: Column = [];
  const low: Column = [];
  const high: Column = [];
  const limit = usualStep(points) * 2.5;
  let previous: number | undefined;
  for (const point of points) {
    if (previous !== undefined && limit > 0 && point.at - previous > limit) {
      at.push((previous + 1) / 1000);
      value.push(null);
      low.push(null);
      high.push(null);
    }
    at.push(point.at / 1000);
    value.push(point.value);
    low.push(point.low === undefined ? null : Math.max(0, point.low));
    high.push(point.high ?? null);
    previous = point.at;
  }
  return [at, value, low, high];
}

/** Whether the drag under way notes instead of zooming; for all charts, because those that share a cursor share its selection too. */
let noting = false;

function options(props: DenseChartProps, width: number, report: (text: string) => void): uPlot.Options {
  const { series, events, syncKey, zone, height = 150, onZoom, onAnnotate } = props;
  const axis: Partial<uPlot.Axis> = {
    stroke: () => colour('--ink3'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px "Inter Variable", sans-serif',
  };
  return {
    width,
    height,
    ...(zone === 'utc' ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') } : {}),
    legend: { show: false },
    cursor: {
      sync: { key: syncKey },
      drag: { x: true, y: false, setScale: onZoom === undefined && onAnnotate === undefined },
      bind: {
        // What is dragged over with Shift held is noted, not zoomed into.
        mousedown: (_plot, _element, handler) => (event: MouseEvent) => {
          noting = event.shiftKey && onAnnotate !== undefined;
          handler(event);
          return null;
        },
      },
      points: { size: 6 },
    },
    scales: { y: { range: (_plot, low, high) => [Math.min(0, low), high > 0 ? high * 1.15 : 1] } },
    series: [
      {},
      { stroke: () => colour('--obs'), width: 1.6, spanGaps: false, points: { show: false } },
      // A wide band must not flatten the line, so that it has no say in the scale.
      { stroke: 'transparent', width: 0, points: { show: false }, auto: false },
      { stroke: 'transparent', width: 0, points: { show: false }, auto: false },
    ],
    bands: [{ series: [3, 2], fill: () => colour('--band') }],
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        values: [
          [3600, '{HH}:{mm}', '\n{MMM} {D}', null, null, null, null, null, 1],
          [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
          [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
        ],
      },
      {
        ...axis,
        size: 46,
        values: (_plot, ticks) =>
          ticks.map((tick) => tickText(tick, series.unit, Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0)))),
      },
    ],
    hooks: {
      draw: [(plot) => drawEvents(plot, events)],
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          if (index === null || index === undefined) return report('');
          const [at, value, low, high] = plot.data as unknown as [number[], Column, Column, Column];
          const time = new Date((at[index] ?? 0) * 1000).toISOString().slice(11, 19);
          const band =
            low[index] !== null && low[index] !== undefined
              ? `, expected ${valueText(low[index], series.unit)} to ${valueText(high[index], series.unit)}`
              : '';
          report(`${time} UTC: ${valueText(value[index], series.unit)}${band}`);
        },
      ],
      setSelect: [
        (plot) => {
          const taken = noting ? onAnnotate : onZoom;
          if (taken === undefined || plot.select.width < 8) return;
          taken(
            plot.posToVal(plot.select.left, 'x') * 1000,
            plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000,
          );
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** One dense series on a canvas, with band and events; left and right arrow move the cursor of every chart that shares the key. */
export function DenseChart(props: DenseChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const { series } = props;
  const points = useMemo(() => pointsOf(series), [series]);
  const data = useMemo(() => columnsOf(points), [points]);
  const drawn = useRef<typeof data | undefined>(undefined);
  const events = props.events.map((event) => `${event.at}${event.to ?? ''}${event.text}`).join();
  const summary = useMemo(
    () => lineSummary({ title: `${series.service} ${indicatorText(series.indicator)}`, unit: series.unit, points }),
    [series.service, series.indicator, series.unit, points],
  );

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const report = (text: string): void => {
      if (readout.current !== null) readout.current.textContent = text;
    };
    const chart = new uPlot(
      options(props, Math.max(200, element.clientWidth), report),
      data as unknown as uPlot.AlignedData,
      element,
    );
    plot.current = chart;
    drawn.current = data;
    const watcher = new ResizeObserver(() => {
      const width = Math.max(200, element.clientWidth);
      // The observer's first call tells the size that the chart was made with; uPlot would draw all of it again.
      if (width !== chart.width) chart.setSize({ width, height: props.height ?? 150 });
    });
    watcher.observe(element);
    const scheme = new MutationObserver(() => chart.redraw(false));
    scheme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-scheme'] });
    return () => {
      watcher.disconnect();
      scheme.disconnect();
      chart.destroy();
      plot.current = null;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new plot only when what it is of changes; new points go in by setData below
  }, [series.id, props.syncKey, props.zone, events]);

  useEffect(() => {
    if (drawn.current !== data) plot.current?.setData(data as unknown as uPlot.AlignedData);
    drawn.current = data;
  }, [data]);

  const move = (step: number): void => {
    const chart = plot.current;
    if (chart === null) return;
    const index = Math.min(data[0].length - 1, Math.max(0, (chart.cursor.idx ?? data[0].length - 1) + step));
    chart.setCursor({ left: chart.valToPos(data[0][index] ?? 0, 'x'), top: 10 });
  };

  return (
    <div className="dense">
      <div
        ref={host}
        role="img"
        aria-label={`${summary}${marksText(props.events, points)} Left and right arrow read single values.`}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
          event.preventDefault();
          move(event.key === 'ArrowLeft' ? -1 : 1);
        }}
      />
      <span ref={readout} className="small faint readout" aria-live="polite" />
    </div>
  );
}
