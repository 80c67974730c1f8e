import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { TextSample } from '../prometheus-text/parse.ts';

const Answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
});

/** A Prometheus server (or Mimir, Thanos, VictoriaMetrics) as a source: ranges of PromQL queries. */
export class PrometheusRangeClient {
  readonly #url: string;
  readonly #agent: Dispatcher;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, auth: { readonly headers: Readonly<Record<string, string>>; readonly agent: Dispatcher }) {
    this.#url = url.replace(/\/$/, '');
    this.#agent = auth.agent;
    this.#headers = auth.headers;
  }

  /** Samples of `query` from `from` to `to`, one every `stepSeconds`, named `metric`. Throws when the server answers an error. */
  async range(
    metric: string,
    query: string,
    from: Date,
    to: Date,
    stepSeconds: number,
    timeoutMs: number,
  ): Promise<readonly TextSample[]> {
    const body = new URLSearchParams({
      query,
      start: String(from.getTime() / 1000),
      end: String(to.getTime() / 1000),
      step: String(stepSeconds),
    });
    const answer = await request(`${this.#url}/api/v1/query_range`, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { ...this.#headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.body.text(); // a refusal of the login is no JSON
    if (answer.statusCode !== 200)
      throw new Error(
        `The Prometheus server answered ${answer.statusCode} to the query of ${metric}: ${text.slice(0, 200).trim()}`,
      );
    const parsed = Answer.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new Error(
        `The Prometheus server answered the query of ${metric} with something that is no range of values.`,
      );
    return parsed.data.data.result.flatMap(({ metric: identity, values }) => {
      const { __name__: _name, ...labels } = identity;
      return values.map(([seconds, value]) => ({
        metric,
        labels,
        value: Number(value.replace('Inf', 'Infinity')),
        timestampMs: Math.round(seconds * 1000),
      }));
    });
  }
}
