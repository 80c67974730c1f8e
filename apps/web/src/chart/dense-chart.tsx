import type { SeriesResource } from '@autoops/contracts';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { lineSummary, subjectText, ticksWithUnit, valueDomain, valueText } from '@autoops/charts';
import {
  columnsOf,
  dashOf,
  earlierColumn,
  extremes,
  lonelyRows,
  pointsOf,
  type DenseColumns,
  type EarlierSeries,
} from './dense-columns.ts';
import { coursePaths, fillBand } from './course.ts';
import { colour, drawEvents, eventsAtCursor, laneHeight, marksText, type ChartEvent } from './dense-events.ts';
import { timeSpace, TIME_STEPS } from './time-steps.ts';
import { hatch, unknownStretches, type Stretch } from './unknown-stretches.ts';

interface DenseChartProps {
  readonly series: SeriesResource;
  readonly events: readonly ChartEvent[];
  /** The same series at earlier times, drawn beside it; the same array until other points come. */
  readonly earlier?: readonly EarlierSeries[] | undefined;
  /** Charts with the same key share their cursor. */
  readonly syncKey: string;
  readonly zone: 'utc' | 'local';
  /** What the time axis spans; where it is not said, what the series does. */
  readonly time?: Stretch;
  readonly height?: number;
  readonly onZoom?: (fromMs: number, toMs: number) => void;
  /** Told of the stretch that was dragged over with Shift held. */
  readonly onAnnotate?: (fromMs: number, toMs: number) => void;
}

const HEIGHT_PX = 156;

const NONE: readonly EarlierSeries[] = [];

/** Whether the drag under way notes instead of zooming; for all charts, because those that share a cursor share its selection too. */
let noting = false;

/** Words of the axes: their font, and how far the times stand below the line so that the first keeps clear of the lowest value. */
const TICK_FONT = '12px "Inter Variable", sans-serif';
const TICK_LINE_PX = 18;
const TIME_GAP_PX = 9;
const LETTER_PX = 7;
const VALUE_GAP_PX = 5;
const VALUES_PX = 54;
/** About so many steps are between the values of a chart of this height. */
const VALUE_STEPS = 3;

/** As high as the times of an axis are: a date below them takes a second line. */
function timesHeight(words: readonly string[] | null): number {
  const lines = words?.some((word) => word?.includes('\n')) === true ? 2 : 1;
  return TIME_GAP_PX + lines * TICK_LINE_PX;
}

/** As wide as the values of an axis are; the usual ones all take the same, so that charts below each other are in line. */
function valuesWidth(words: readonly string[] | null): number {
  const longest = Math.max(0, ...(words ?? []).map((word) => word.length));
  return Math.max(VALUES_PX, VALUE_GAP_PX + longest * LETTER_PX);
}

/** How thick a line is, in px: one with more points than pixels is all edges, and a hair's breadth is painted several times faster. */
const lineWidth = (points: number, width: number): number => (points > width ? 1 : 1.6);

/** What is on a plot and may change under it. */
interface Shown {
  readonly data: DenseColumns;
  readonly time: Stretch;
  readonly values: ReturnType<typeof valueDomain>;
  readonly unknown: readonly Stretch[];
}

function options(
  props: DenseChartProps,
  width: number,
  shown: () => Shown,
  report: (text: string) => void,
): uPlot.Options {
  const { series, events, earlier = NONE, syncKey, zone, height = HEIGHT_PX, onZoom, onAnnotate } = props;
  const axis: Partial<uPlot.Axis> = {
    stroke: () => colour('--ink3'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    font: TICK_FONT,
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
    scales: {
      x: { range: () => [shown().time.from / 1000, shown().time.to / 1000] },
      y: { range: () => [shown().values.from, shown().values.to] },
    },
    series: [
      {},
      {
        stroke: () => colour('--obs'),
        width: lineWidth(shown().data[0].length, width),
        spanGaps: false,
        points: { show: false, size: 4, filter: (plot, column) => lonelyRows(plot.data[column] ?? []) },
      },
      // The band is filled by `fillBand`; here it only has its columns.
      { show: false },
      { show: false },
      ...earlier.map((_each, index) => ({
        stroke: () => colour('--ink3'),
        width: 1,
        dash: [...dashOf(index)],
        paths: coursePaths,
        points: { show: false },
      })),
    ],
    padding: [(plot, _side, _axes, cycle) => laneHeight(plot, events, cycle), null, null, null],
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: TIME_GAP_PX,
        incrs: [...TIME_STEPS],
        space: (_plot, _axis, from, to, width) => timeSpace(to - from, width),
        size: (_plot, words) => timesHeight(words),
        values: [
          [3600, '{HH}:{mm}', '\n{MMM} {D}', null, null, null, null, null, 1],
          [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
          [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
        ],
      },
      {
        ...axis,
        gap: VALUE_GAP_PX,
        splits: () => [...shown().values.ticks],
        size: (_plot, words) => valuesWidth(words),
        values: (_plot, ticks) => ticksWithUnit(ticks, series.unit),
      },
    ],
    hooks: {
      drawClear: [(plot) => hatch(plot, shown().unknown), (plot) => fillBand(plot, [2, 3], colour('--band'))],
      draw: [(plot) => drawEvents(plot, events)],
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          if (index === null || index === undefined) return report('');
          const [at, value, low, high, ...before] = plot.data as unknown as DenseColumns;
          const time = new Date((at[index] ?? 0) * 1000).toISOString().slice(11, 19);
          const band =
            low[index] !== null && low[index] !== undefined
              ? `, expected ${valueText(low[index], series.unit)} to ${valueText(high[index], series.unit)}`
              : '';
          const said = eventsAtCursor(plot, events).join('; ');
          const compared = before.map((column, nth) =>
            typeof column[index] === 'number'
              ? `, ${earlier[nth]?.label} ${valueText(column[index], series.unit)}`
              : '',
          );
          report(
            `${time} UTC: ${valueText(value[index], series.unit)}${compared.join('')}${said === '' ? band : `; ${said}`}`,
          );
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
  const { series, earlier = NONE } = props;
  const points = useMemo(() => pointsOf(series), [series]);
  const own = useMemo(() => columnsOf(points), [points]);
  const data = useMemo<DenseColumns>(
    () => [...own, ...earlier.map((each) => earlierColumn(own[0], each))],
    [own, earlier],
  );
  const from = props.time?.from ?? points[0]?.at ?? 0;
  const to = props.time?.to ?? points.at(-1)?.at ?? from + 1;
  const now = useMemo<Shown>(
    () => ({
      data,
      time: { from, to },
      values: valueDomain(extremes(data, { from, to }), 0, VALUE_STEPS),
      unknown: unknownStretches(points, { from, to }),
    }),
    [data, points, from, to],
  );
  const shown = useRef(now);
  const compared = earlier.map(({ label }) => label).join(' and ');
  const events = props.events.map((event) => `${event.at}${event.to ?? ''}${event.text}`).join();
  const summary = useMemo(
    () => lineSummary({ title: subjectText(series.service, series.indicator), unit: series.unit, points }),
    [series.service, series.indicator, series.unit, points],
  );

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const report = (text: string): void => {
      if (readout.current !== null) readout.current.textContent = text;
    };
    const chart = new uPlot(
      options(props, Math.max(200, element.clientWidth), () => shown.current, report),
      shown.current.data as unknown as uPlot.AlignedData,
      element,
    );
    plot.current = chart;
    const watcher = new ResizeObserver(() => {
      const width = Math.max(200, element.clientWidth);
      // The observer's first call tells the size that the chart was made with; uPlot would draw all of it again.
      if (width !== chart.width) chart.setSize({ width, height: props.height ?? HEIGHT_PX });
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
  }, [series.id, props.syncKey, props.zone, events, compared]);

  useEffect(() => {
    const before = shown.current;
    shown.current = now;
    if (before.data !== now.data) plot.current?.setData(now.data as unknown as uPlot.AlignedData);
    else if (before !== now) plot.current?.setScale('x', { min: now.time.from / 1000, max: now.time.to / 1000 });
  }, [now]);

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
        aria-label={`${summary}${marksText(props.events, points)}${compared === '' ? '' : ` Drawn with ${compared}.`} Left and right arrow read single values.`}
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
