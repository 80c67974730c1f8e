import { CommandError, EXIT } from '../api/exit-code.ts';
import type { ReplayRow, ReplaySource } from './replay-series.ts';

/** A range to read; times in ms, the step in seconds. */
export interface PrometheusRange {
  readonly url: string;
  readonly query: string;
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
}

/** A Prometheus server answers at most 11,000 points a series to one question. */
const MOST_STEPS = 10_000;
const TIMEOUT_MS = 60_000;

/** Reads the range in pieces the server answers; one source for each series of the answer, named by its labels. */
export async function prometheusSources(range: PrometheusRange): Promise<ReplaySource[]> {
  const { query, from, to, stepSeconds } = range;
  // Loaded when asked for: a back-test of files needs no client of a Prometheus server.
  const { authOf, PrometheusRangeClient } = await import('@autoops/connectors');
  const auth = await authOf({
    auth: range.tokenFile === undefined ? { kind: 'none' } : { kind: 'bearer', tokenFile: range.tokenFile },
    caFile: range.caFile,
  });
  const client = new PrometheusRangeClient(range.url, auth);
  const found = new Map<string, ReplayRow[]>();
  const stepMs = stepSeconds * 1000;
  try {
    for (let start = from; start <= to; start += MOST_STEPS * stepMs) {
      const end = Math.min(to, start + (MOST_STEPS - 1) * stepMs);
      const samples = await client.range(
        'the back-test',
        query,
        new Date(start),
        new Date(end),
        stepSeconds,
        TIMEOUT_MS,
      );
      for (const { labels, timestampMs, value } of samples) {
        if (timestampMs === undefined) continue;
        const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
        const name = pairs.length === 0 ? query : `{${pairs.map(([key, text]) => `${key}="${text}"`).join(',')}}`;
        const rows = found.get(name) ?? [];
        if (rows.length === 0) found.set(name, rows);
        rows.push({ at: timestampMs, value });
      }
    }
  } catch (error) {
    throw new CommandError(`${range.url}: ${(error as Error).message}`, EXIT.error);
  } finally {
    await auth.agent.close();
  }
  if (found.size === 0)
    throw new CommandError(
      `${range.url}: the query has no series in this range; try it in the server's own page.`,
      EXIT.notFound,
    );
  return [...found].map(([name, rows]) => ({ name, rows: () => [withGaps(rows, stepMs)] }));
}

/** A server leaves out what it does not know: each hole becomes one lost sample, so that a picture shows it. */
function withGaps(rows: readonly ReplayRow[], stepMs: number): ReplayRow[] {
  const filled: ReplayRow[] = [];
  for (const row of rows) {
    const last = filled.at(-1);
    if (last !== undefined && row.at - last.at > 1.5 * stepMs) filled.push({ at: last.at + stepMs, value: Number.NaN });
    filled.push(row);
  }
  return filled;
}
