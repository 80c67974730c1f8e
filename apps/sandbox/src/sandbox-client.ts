/** A small client of the control API and of the shop's metrics, for measuring and for tests. */
import { randomUUID } from 'node:crypto';
import type { DiscoveredTarget } from './control/discovery.ts';
import type { ActionResult, LedgerRow } from './ledger.ts';

export type Sample = {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
export type Match = Readonly<Record<string, string>>;

export class SandboxClient {
  readonly #url: string;
  readonly #token: string;

  constructor(controlUrl: string, token: string) {
    this.#url = controlUrl;
    this.#token = token;
  }

  /** Sends a request; returns status and JSON body. */
  async send<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  act(
    environment: string,
    kind: string,
    args: Record<string, unknown>,
    more: Record<string, unknown> = {},
    key: string = randomUUID(),
  ) {
    return this.send<ActionResult>(
      'POST',
      '/v1/actions',
      { kind, environment, args, ...more },
      { 'idempotency-key': key },
    );
  }

  async ledger(environment: string): Promise<Pick<LedgerRow, 'opId' | 'kind' | 'target'>[]> {
    return (await this.send<{ items: LedgerRow[] }>('GET', `/v1/ledger?environment=${environment}`)).body.items;
  }

  /** Scrapes every target of an environment that discovery names. */
  async scrape(environment: string): Promise<Sample[]> {
    const { body } = await this.send<DiscoveredTarget[]>('GET', '/v1/sd');
    const chosen = body.filter(({ labels }) => labels['environment'] === environment);
    const texts = await Promise.all(
      chosen.map(async ({ targets, labels }) => {
        const text = await fetch(`http://${targets[0]}/metrics`).then(
          (response) => response.text(),
          () => '', // it ended between discovery and scrape
        );
        return parseMetrics(text).map((sample) => ({ ...sample, labels: { ...labels, ...sample.labels } }));
      }),
    );
    return texts.flat();
  }
}

/** Parses the Prometheus text format, as far as the shop's processes write it. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const found = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (found === null) return [];
    const labels = Object.fromEntries(
      [...(found[2] ?? '').matchAll(/([a-z_]+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
    );
    return [{ metric: found[1] ?? '', labels, value: Number(found[3]) }];
  });
}

/** Sums the samples of a metric whose labels fit. */
export function total(samples: readonly Sample[], metric: string, match: Match = {}): number {
  return samples
    .filter(
      (sample) =>
        sample.metric === metric && Object.entries(match).every(([label, value]) => sample.labels[label] === value),
    )
    .reduce((sum, sample) => sum + sample.value, 0);
}

/** Returns the quotient of a quantile's bucket bounds: the value below which `share` of what `later` adds to `earlier` lies. */
export function quantile(
  earlier: readonly Sample[],
  later: readonly Sample[],
  metric: string,
  match: Match,
  share: number,
): number {
  const bounds = [
    ...new Set(
      later.filter((sample) => sample.metric === `${metric}_bucket`).map((sample) => sample.labels['le'] ?? ''),
    ),
  ]
    .map((le) => ({ bound: le === '+Inf' ? Infinity : Number(le), le }))
    .sort((a, b) => a.bound - b.bound)
    .map(({ bound, le }) => ({
      bound,
      count: total(later, `${metric}_bucket`, { ...match, le }) - total(earlier, `${metric}_bucket`, { ...match, le }),
    }));
  const wanted = (bounds.at(-1)?.count ?? 0) * share;
  let below = { bound: 0, count: 0 };
  for (const next of bounds) {
    if (next.count >= wanted) {
      if (next.bound === Infinity) return below.bound;
      return (
        below.bound + ((next.bound - below.bound) * (wanted - below.count)) / Math.max(1, next.count - below.count)
      );
    }
    below = next;
  }
  return Number.NaN;
}
