import { ResourceHistory } from '@autoops/pipeline';
import type { ServiceForecastStore } from '@autoops/pipeline/ports';

/** The hazard's grid, and how far back it looks. */
const STEP_MS = 300_000;
const PAST_MS = 14 * 86_400_000;

/** One bounded resource with its past. */
export interface KnownResource {
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly history: ResourceHistory;
  /** End (ms) of the newest step with a value. */
  readonly newest: number;
}

interface Kept {
  readonly limit: number;
  readonly resources: Map<string, KnownResource>;
  readUntil: number;
}

/**
 * The past of bounded resources, kept in memory and continued from the database by whole steps of five minutes: fourteen days of
 * ticks are not read again every half hour. After a restart the same steps are read, so that the same history stands.
 */
export class ResourceHistories {
  readonly #store: Pick<ServiceForecastStore, 'means'>;
  readonly #kept = new Map<string, Kept>();

  constructor(store: Pick<ServiceForecastStore, 'means'>) {
    this.#store = store;
  }

  /** Every series of an indicator with this limit, up to the last step that was over at `now`. */
  async of(
    workspaceId: string,
    resource: { readonly environment: string; readonly service: string; readonly indicator: string },
    limit: number,
    now: Date,
  ): Promise<readonly KnownResource[]> {
    const key = [workspaceId, resource.environment, resource.service, resource.indicator].join('/');
    const until = Math.floor(now.getTime() / STEP_MS) * STEP_MS;
    const before = this.#kept.get(key);
    const kept =
      before !== undefined && before.limit === limit
        ? before
        : { limit, resources: new Map<string, KnownResource>(), readUntil: until - PAST_MS };
    this.#kept.set(key, kept);
    if (until > kept.readUntil) {
      const found = await this.#store.means(workspaceId, {
        ...resource,
        from: new Date(kept.readUntil),
        to: new Date(until),
        stepMs: STEP_MS,
      });
      for (const { labels, unit, at, value } of found) {
        const series = JSON.stringify(labels);
        const history = kept.resources.get(series)?.history ?? new ResourceHistory(limit);
        // A step ends with its last moment: a sample at the very end belongs to it, not to the next.
        at.forEach((end, i) => history.push((end - 1) / 1000, value[i] as number));
        kept.resources.set(series, { labels, unit, history, newest: at.at(-1) as number });
      }
      kept.readUntil = until;
    }
    return [...kept.resources.values()];
  }
}
