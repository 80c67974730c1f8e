import { condense, sliNames, sloHistory, type Objective, type SloHistory } from '@autoops/pipeline';
import type { Clock, IndicatorReader } from '@autoops/pipeline/ports';

/** Points that come in this much later than the newest are still read. */
const OVERLAP_MS = 15_000;

/**
 * Counts of every SLO's events, kept condensed in memory and continued from the database: the window of an SLO is hours of
 * seconds, which nobody wants to read again every few seconds.
 */
export class SloHistories {
  readonly #indicators: IndicatorReader;
  readonly #clock: Clock;
  readonly #known = new Map<string, SloHistory>();

  constructor(indicators: IndicatorReader, clock: Clock) {
    this.#indicators = indicators;
    this.#clock = clock;
  }

  /** The history of an objective in an environment over its window, up to now. */
  async of(workspaceId: string, objective: Objective, environment: string): Promise<SloHistory> {
    const now = this.#clock.now();
    const key = `${workspaceId}/${environment}/${objective.name}/${objective.service}`;
    const known = this.#known.get(key);
    const oldest = now.getTime() - objective.windowSeconds * 1000;
    const newest = known?.timestampMs.at(-1);
    const from = newest === undefined ? oldest : Math.max(oldest, newest - OVERLAP_MS);
    const names = sliNames(objective);
    const windows = await Promise.all(
      [names.total, names.counted].map((indicator) =>
        this.#indicators.window(workspaceId, {
          environment,
          service: objective.service,
          indicator,
          from: new Date(from),
          to: now,
        }),
      ),
    );
    const fresh = sloHistory(objective, windows.flat());
    const joined = condense(join(known, fresh, from, oldest), now.getTime());
    this.#known.set(key, joined);
    return joined;
  }
}

/** What was known before `from`, then what was read since; nothing older than `oldest`. */
function join(known: SloHistory | undefined, fresh: SloHistory, from: number, oldest: number): SloHistory {
  if (known === undefined) return fresh;
  const keep = known.timestampMs.findLastIndex((at) => at < from) + 1;
  const start = known.timestampMs.findIndex((at) => at > oldest);
  const first = start < 0 ? keep : Math.min(start, keep);
  const part = (field: keyof SloHistory): number[] => [...known[field].slice(first, keep), ...fresh[field]];
  return { timestampMs: part('timestampMs'), seconds: part('seconds'), total: part('total'), bad: part('bad') };
}
