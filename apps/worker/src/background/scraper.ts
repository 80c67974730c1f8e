import type { SignalBatch, SourceConfig } from '@autoops/contracts';
import type { Clock, SignalStore, StatusStore } from '@autoops/pipeline/ports';
import type { Log } from '../telemetry/log.ts';
import type { StageMetrics } from '../telemetry/stage-metrics.ts';
import { startLoop, type Loop } from './loop.ts';

/** Fetches one round of a source's samples; implemented by the connectors. `undefined` = the source is not there yet. */
export interface SourceReader {
  read(
    source: SourceConfig,
    now: Date,
  ): Promise<
    | {
        readonly batch: SignalBatch;
        readonly errors: readonly string[];
        /** Told when the batch is stored. */ stored?(): void;
      }
    | undefined
  >;
}

export interface ScraperDependencies {
  readonly workspaceId: string;
  readonly sources: () => Promise<readonly SourceConfig[]>;
  readonly reader: SourceReader;
  readonly signals: SignalStore;
  readonly status: StatusStore;
  readonly clock: Clock;
  readonly metrics: StageMetrics;
  readonly log: Log;
}

const LOOK_MS = 2_000;
const STATUS_EVERY_MS = 5_000;
/** One lost round is a gap like any other, and normal while something starts or stops; so many in a row are news. */
const NEWS_AFTER_ROUNDS = 3;

/** Scrapes every source at its own interval, through the same store path as ingest. A source that hangs holds up no other. */
export function startScraper(deps: ScraperDependencies): Loop {
  const loops = new Map<string, { readonly digest: string; readonly loop: Loop }>();
  const supervisor = startLoop(
    'scraper',
    LOOK_MS,
    async () => {
      const wanted = (await deps.sources()).filter((source) => source.type !== 'push');
      for (const source of wanted) {
        const digest = JSON.stringify(source);
        const known = loops.get(source.name);
        if (known?.digest === digest) continue;
        await known?.loop.stop();
        loops.set(source.name, { digest, loop: startSource(source, deps) });
      }
      for (const [name, { loop }] of loops) {
        if (wanted.some((source) => source.name === name)) continue;
        loops.delete(name);
        await loop.stop();
      }
    },
    deps.log,
  );
  return {
    wake: supervisor.wake,
    async stop() {
      await supervisor.stop();
      await Promise.all([...loops.values()].map(({ loop }) => loop.stop()));
    },
  };
}

function startSource(source: SourceConfig, deps: ScraperDependencies): Loop {
  let saidAt = -Infinity;
  let saidError: string | undefined;
  let failed = 0;
  let waiting = false;
  /** Tells the log what a person may need: that a source stays away, and that it is back. */
  const tell = (error: string | undefined, notThereYet: boolean): void => {
    if (notThereYet && !waiting) deps.log.info({ source: source.name }, 'waits for a source that is not there yet');
    waiting = notThereYet;
    if (failed >= NEWS_AFTER_ROUNDS && error === undefined)
      deps.log.info({ source: source.name }, 'a source answers again');
    failed = error === undefined || notThereYet ? 0 : failed + 1;
    if (failed === NEWS_AFTER_ROUNDS) deps.log.warn({ source: source.name, error }, 'a source could not be read');
  };
  return startLoop(
    `source ${source.name}`,
    source.intervalSeconds * 1000,
    async () => {
      const now = deps.clock.now();
      let error: string | undefined;
      let notThereYet = false;
      try {
        const read = await deps.reader.read(source, now);
        notThereYet = read === undefined;
        if (read === undefined) error = 'The source is not there yet.';
        else {
          error = read.errors[0];
          if (read.batch.series.length > 0) {
            const { accepted } = await deps.signals.accept(deps.workspaceId, read.batch);
            deps.metrics.count('autoops_scraped_samples_total', 'Samples stored by the scraper', accepted);
          }
          read.stored?.();
        }
      } catch (fault) {
        error = fault instanceof Error ? fault.message : String(fault);
      }
      tell(error, notThereYet);
      const mono = deps.clock.monotonicMs();
      if (error !== saidError || mono - saidAt > STATUS_EVERY_MS) {
        saidAt = mono;
        saidError = error;
        await deps.status.putSource(deps.workspaceId, {
          name: source.name,
          type: source.type,
          lagSeconds: error === undefined ? (deps.clock.now().getTime() - now.getTime()) / 1000 : null,
          error,
          intervalSeconds: source.intervalSeconds,
          seasonSeconds: source.seasonSeconds,
        });
      }
    },
    deps.log,
  );
}
