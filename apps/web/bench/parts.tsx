import '@fontsource-variable/inter';
import GlobalStyles from '@mui/material/GlobalStyles';
import { ThemeProvider } from '@mui/material/styles';
import type { SeriesResource, TimelineEntry } from '@autoops/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { DenseChart } from '../src/chart/dense-chart.tsx';
import type { EarlierSeries } from '../src/chart/dense-columns.ts';
import { ZoneProvider } from '../src/format/clock.tsx';
import '../src/incident/incident.css';
import { TimelineTab } from '../src/incident/timeline-tab.tsx';
import { KeysProvider } from '../src/keyboard/keys.tsx';
import { LogView } from '../src/run/log-view.tsx';
import '../src/run/run.css';
import '../src/theme/base.css';
import '../src/chart/chart.css';
import { theme } from '../src/theme/theme.ts';
import { tokenSheet } from '../src/theme/tokens.ts';

const START = Date.UTC(2026, 0, 15, 14);
const LANES = ['signal', 'decision', 'policy', 'action', 'human'] as const;

/** `count` timeline entries, 0.7 s apart, of every lane and importance, with and without evidence. */
function timelineOf(count: number): TimelineEntry[] {
  return Array.from({ length: count }, (_none, index) => ({
    seq: index + 1,
    auditId: `A${index + 1}`,
    at: new Date(START + index * 700).toISOString(),
    lane: LANES[index % LANES.length] ?? 'signal',
    importance: ((index % 3) + 1) as TimelineEntry['importance'],
    actor: { kind: index % 5 === 4 ? 'person' : 'system', id: index % 5 === 4 ? 'operator@demo' : 'detector' },
    text: `Error ratio of checkout was ${(index % 97) / 10} % against 0.2 to 0.9 % expected, sample ${index + 1}`,
    evidence: index % 4 === 0 ? [`E${index + 1}`] : [],
  }));
}

/** A series of `points` 15 s apart with its band; `phase` moves the whole of it, as a refresh does. */
function seriesOf(id: number, points: number, phase: number): SeriesResource {
  return {
    id: `series-${id}`,
    service: 'checkout',
    environment: 'prod',
    indicator: 'p99_latency',
    unit: 's',
    labels: {},
    points: Array.from({ length: points }, (_none, index) => {
      const value = 0.2 + 0.1 * Math.sin((index + phase) / 40 + id) + 0.03 * Math.sin((index + phase) * 1.7);
      return {
        at: new Date(START + (index + phase) * 15_000).toISOString(),
        value,
        bandLow: value - 0.05,
        bandHigh: value + 0.05,
      };
    }),
  } as unknown as SeriesResource;
}

function Around({ children }: { readonly children: ReactNode }) {
  return (
    <ThemeProvider theme={theme} defaultMode="system">
      <GlobalStyles styles={tokenSheet()} />
      <QueryClientProvider client={client}>
        <ZoneProvider>
          <KeysProvider>
            <BrowserRouter>
              <main className="page">{children}</main>
            </BrowserRouter>
          </KeysProvider>
        </ZoneProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}

const client = new QueryClient({ defaultOptions: { queries: { staleTime: 5000 } } });
const host = document.getElementById('root');
if (host === null) throw new Error('index.html has no #root');
const root = createRoot(host);

/** Tells when what is around it is in the document and its effects have run: a frame alone may come before React begins. */
function Committed({ onCommit, children }: { readonly onCommit: () => void; readonly children: ReactNode }) {
  useEffect(onCommit);
  return children;
}

/** Resolves in the task after the next frame, which has painted what was in the document before it. */
const painted = (): Promise<void> =>
  new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    }),
  );

/** Milliseconds from asking React for `node` to its picture. */
async function timed(node: ReactNode): Promise<number> {
  const start = performance.now();
  await new Promise<void>((committed) => {
    root.render(
      <Around>
        <Committed onCommit={committed}>{node}</Committed>
      </Around>,
    );
  });
  await painted();
  return performance.now() - start;
}

/** A day's and a week's distance in ms: with them a chart has five lines, its own, its band's two and two earlier ones. */
const EARLIER = [
  { label: 'a day before', shiftMs: 86_400_000 },
  { label: 'a week before', shiftMs: 604_800_000 },
];

const earlierOf = ({ points }: SeriesResource): readonly EarlierSeries[] =>
  EARLIER.map(({ label, shiftMs }) => ({
    label,
    shiftMs,
    points: points.map(({ at, value }) => ({
      at: new Date(Date.parse(at) - shiftMs).toISOString(),
      value: value === null ? null : value * 0.9,
    })),
  }));

const charts = (data: readonly (readonly [SeriesResource, readonly EarlierSeries[]])[]) => (
  <div style={{ display: 'grid', gridTemplateColumns: 'repeat(3, 1fr)', gap: 12 }}>
    {data.map(([series, earlier]) => (
      <DenseChart key={series.id} series={series} earlier={earlier} events={[]} syncKey="bench" zone="utc" />
    ))}
  </div>
);
const setOf = (count: number, points: number, phase: number) =>
  Array.from({ length: count }, (_none, id) => {
    const series = seriesOf(id, points, phase);
    return [series, earlierOf(series)] as const;
  });

let prepared: ReturnType<typeof setOf> = [];

/** What the benchmark calls in the page; the data is made before the clock starts. */
const parts = {
  clear: () => timed(null),
  timeline(count: number): Promise<number> {
    const entries = timelineOf(count);
    return timed(<TimelineTab entries={entries} incident="INC-0001" />);
  },
  log: () => timed(<LogView runId="bench" live={false} step="" />),
  /** Makes what `charts` draws next: the data is there before the clock starts. */
  prepare(count: number, points: number, phase: number): void {
    prepared = setOf(count, points, phase);
  },
  charts: () => timed(charts(prepared)),
};
Object.assign(globalThis, { parts });
