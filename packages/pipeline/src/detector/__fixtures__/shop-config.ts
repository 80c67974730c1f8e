import { readFileSync } from 'node:fs';
import { Sources, Topology, type Anomaly, type Incident } from '@autoops/contracts';
import { parse } from 'yaml';
import { parseIndicators } from '../../indicators/definition.ts';
import type { IndicatorTick, ShardWork } from '../../ports/shard-store.ts';
import type { Transition } from '../../ports/state-store.ts';
import type { DetectorConfig } from '../config.ts';
import { detectShard, type DetectorCache, type DetectResult } from '../detect-shard.ts';
import type { SimulatedShop } from './shop.ts';

const folder = new URL('../../../../../apps/sandbox/config/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));

/** The sandbox's own configuration: what is shipped is what is tested. */
export const shopIndicators = parseIndicators(read('indicators.yaml'));
export const shopTopology = Topology.parse(read('topology.yaml'));
export const shopSources = Sources.parse(read('sources.yaml')).sources;

export function shopConfig(now: Date, over: Partial<DetectorConfig> = {}): DetectorConfig {
  return {
    indicators: shopIndicators,
    sources: shopSources,
    topology: shopTopology,
    openAnomalies: [],
    openIncidents: [],
    closedIncidents: [],
    recentChanges: [],
    now,
    ...over,
  };
}

/** Keeps incidents and anomalies as the store would, over the transitions of several shards. */
export class Ledger {
  readonly incidents = new Map<string, Incident>();
  readonly anomalies = new Map<string, Anomaly>();
  readonly transitions: Transition[] = [];
  readonly ticks: IndicatorTick[] = [];

  commit(result: Pick<DetectResult, 'transitions' | 'ticks'>): void {
    this.ticks.push(...result.ticks);
    for (const transition of result.transitions) {
      this.transitions.push(transition);
      for (const write of transition.writes) {
        if (write.kind === 'incident.insert') {
          this.incidents.set(write.incident.id, { ...write.incident, number: this.incidents.size + 1 });
        } else if (write.kind === 'incident.update') {
          const before = this.incidents.get(write.id) as Incident;
          if (before.version !== write.expectedVersion) throw new Error(`conflict on ${write.id}`);
          this.incidents.set(write.id, { ...before, ...write.set, version: before.version + 1 });
        } else if (write.kind === 'anomaly.upsert') {
          const before = this.anomalies.get(write.anomaly.id);
          this.anomalies.set(write.anomaly.id, { ...before, ...write.anomaly });
        }
      }
    }
  }

  get openAnomalies(): Anomaly[] {
    return [...this.anomalies.values()].filter((anomaly) => anomaly.closedAt === undefined);
  }

  config(now: Date, over: Partial<DetectorConfig> = {}): DetectorConfig {
    const incidents = [...this.incidents.values()];
    const { openAnomalies } = this;
    return shopConfig(now, {
      openAnomalies,
      openIncidents: incidents.filter(({ state }) => state !== 'closed'),
      closedIncidents: incidents
        .filter(({ state }) => state === 'closed')
        .map((incident) => ({
          incident,
          anomalies: [...this.anomalies.values()].filter(({ incidentId }) => incidentId === incident.id),
        })),
      ...over,
    });
  }
}

/** Drives shards as the worker would, `secondsPerWork` scrapes in each work. */
export class ShopDriver {
  readonly ledger = new Ledger();
  readonly healed = new Set<string>();
  private readonly caches = new Map<SimulatedShop, DetectorCache>();
  private sequence = 0;

  constructor(
    private readonly shops: readonly SimulatedShop[],
    private readonly over: Partial<DetectorConfig> = {},
  ) {}

  run(seconds: number, secondsPerWork = 1): void {
    for (let second = 0; second < seconds; second += secondsPerWork) {
      this.sequence++;
      for (const shop of this.shops) {
        const batch = shop.batch(this.sequence, secondsPerWork);
        const cached = this.caches.get(shop);
        const work: ShardWork = shop.work([batch], { sequence: cached?.sequence ?? 0, state: undefined });
        const now = new Date((batch.timestampMs.at(-1) as number) + 50);
        const result = detectShard(work, this.ledger.config(now, this.over), cached);
        this.caches.set(shop, result.cache);
        this.ledger.commit(result);
        for (const id of result.healed) this.healed.add(id);
      }
    }
  }
}
