import type { SignalBatch, SourceConfig } from '@autoops/contracts';
import { afterEach, expect, it } from 'vitest';
import { StageMetrics } from '../telemetry/stage-metrics.ts';
import type { Log } from '../telemetry/log.ts';
import { startScraper, type ScraperDependencies, type SourceReader } from './scraper.ts';

const source: SourceConfig = {
  name: 'till',
  auth: { kind: 'none' },
  type: 'prometheus-targets',
  targets: ['127.0.0.1:1'],
  queries: [],
  labels: {},
  intervalSeconds: 0.01,
  latenessSeconds: 0,
  seasonSeconds: [],
};
const nothing = {
  batch: { source: 'till', series: [], logs: [], alerts: [], changes: [] } as unknown as SignalBatch,
  errors: [],
};

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

/** Runs a scraper whose source answers as told, one answer a round and the last one for ever, and collects what its log says. */
async function said(rounds: readonly (typeof nothing | undefined | Error)[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = {
    info: (_details: object, message: string) => lines.push(`info ${message}`),
    warn: (_details: object, message: string) => lines.push(`warn ${message}`),
  } as unknown as Log;
  let round = 0;
  const reader: SourceReader = {
    async read() {
      const answer = rounds[Math.min(round, rounds.length - 1)];
      round += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const scraper = startScraper({
    workspaceId: 'w',
    sources: async () => [source],
    reader,
    signals: {} as ScraperDependencies['signals'],
    status: { putSource: async () => undefined } as unknown as ScraperDependencies['status'],
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    metrics: new StageMetrics(),
    log,
  });
  stop = () => scraper.stop();
  while (round <= rounds.length) await new Promise((wait) => setTimeout(wait, 5));
  return lines;
}
const refused = new Error('connect ECONNREFUSED');

it('waits for a source that starts, and makes no news of one lost round', async () => {
  expect(await said([undefined, undefined, undefined, undefined, nothing, refused, nothing])).toEqual([
    'info waits for a source that is not there yet',
  ]);
});

it('says once that a source stays away, and that it is back', async () => {
  expect(await said([nothing, refused, refused, refused, refused, nothing])).toEqual([
    'warn a source could not be read',
    'info a source answers again',
  ]);
});
