import { EnvironmentRules, OpenSlo, RateCard, Runbook, Sources, Topology, type SourceConfig } from '@autoops/contracts';
import {
  parseIndicators,
  parseObjective,
  rulesForUnknownEnvironment,
  sliIndicators,
  type IndicatorDefinition,
} from '@autoops/pipeline';
import type { Clock, ConfigReader } from '@autoops/pipeline/ports';

/** A runbook in force with the digest of its file. */
export interface RunbookInForce {
  readonly runbook: Runbook;
  readonly digest: string;
}

/** Everything configured, parsed, as of one reading. */
export interface ConfigurationSnapshot {
  readonly topology: Topology;
  readonly sources: readonly SourceConfig[];
  readonly indicators: readonly IndicatorDefinition[];
  readonly slos: readonly OpenSlo[];
  readonly runbooks: readonly RunbookInForce[];
  readonly rateCards: readonly { readonly card: RateCard; readonly digest: string }[];
  readonly rules: ReadonlyMap<string, EnvironmentRules>;
}

const FRESH_MS = 1_000;
const NO_TOPOLOGY: Topology = { apiVersion: 'autoops.dev/v1', kind: 'Topology', services: [], jobs: [], resources: [] };

/** Reads the documents in force, at most once a second and workspace: a hot reload is seen within that second by every stage. */
export class Configuration {
  readonly #reader: ConfigReader;
  readonly #clock: Clock;
  readonly #cached = new Map<string, { readonly at: number; readonly snapshot: Promise<ConfigurationSnapshot> }>();

  constructor(reader: ConfigReader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  async of(workspaceId: string): Promise<ConfigurationSnapshot> {
    const now = this.#clock.monotonicMs();
    const known = this.#cached.get(workspaceId);
    if (known !== undefined && now - known.at < FRESH_MS) return known.snapshot;
    const snapshot = this.#read(workspaceId);
    this.#cached.set(workspaceId, { at: now, snapshot });
    snapshot.catch(() => this.#cached.delete(workspaceId));
    return snapshot;
  }

  /** The rules of an environment; for one that nobody wrote any for, those that let nothing run. */
  async rulesOf(workspaceId: string, environment: string): Promise<EnvironmentRules> {
    return (await this.of(workspaceId)).rules.get(environment) ?? rulesForUnknownEnvironment(environment);
  }

  async #read(workspaceId: string): Promise<ConfigurationSnapshot> {
    const read = (kind: Parameters<ConfigReader['current']>[1]) => this.#reader.current(workspaceId, kind);
    const [topology, sources, indicators, slos, runbooks, rateCards, environments] = await Promise.all([
      read('topology'),
      read('sources'),
      read('indicators'),
      read('slo'),
      read('runbook'),
      read('rate-card'),
      read('environment'),
    ]);
    const declaredSlos = slos.map(({ body }) => OpenSlo.parse(body));
    const declaredSources = sources.flatMap(({ body }) => Sources.parse(body).sources);
    return {
      topology: topology[0] === undefined ? NO_TOPOLOGY : Topology.parse(topology[0].body),
      sources: declaredSources,
      // What SLOs count is computed like every other indicator, by the detector.
      indicators: [
        ...indicators.flatMap(({ body }) => parseIndicators(body)),
        ...sliIndicators(
          declaredSlos.map((slo) => parseObjective(slo)),
          declaredSources,
        ),
      ],
      slos: declaredSlos,
      runbooks: runbooks.map(({ body, digest }) => ({ runbook: Runbook.parse(body), digest })),
      rateCards: rateCards.map(({ body, digest }) => ({ card: RateCard.parse(body), digest })),
      rules: new Map(
        environments.map(({ body }) => EnvironmentRules.parse(body)).map((rules) => [rules.environment, rules]),
      ),
    };
  }
}
