import { readFile } from 'node:fs/promises';
import type { SourceConfig } from '@autoops/contracts';
import { Agent, request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { parseExposition, type TextSample } from './parse.ts';

/** A target to scrape: `host:port` and the labels that its samples get. */
export interface ScrapeTarget {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

const Discovery = z.array(
  z.object({ targets: z.array(z.string()), labels: z.record(z.string(), z.string()).default({}) }),
);
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** The headers and agent that a source's `auth` and `caFile` ask for. Files are read when it is made, so that a rotated token needs a reload. */
export async function authOf(
  source: Pick<SourceConfig, 'auth' | 'caFile'>,
): Promise<{ readonly headers: Record<string, string>; readonly agent: Agent }> {
  const { auth } = source;
  const tls: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  const caFile = source.caFile ?? (auth.kind === 'mtls' ? auth.caFile : undefined);
  if (caFile !== undefined) tls.ca = await readFile(caFile);
  if (auth.kind === 'mtls') {
    tls.cert = await readFile(auth.certFile);
    tls.key = await readFile(auth.keyFile);
  }
  const headers: Record<string, string> = {};
  if (auth.kind === 'basic') {
    const password = (await readFile(auth.passwordFile, 'utf8')).trim();
    headers['authorization'] = `Basic ${Buffer.from(`${auth.username}:${password}`).toString('base64')}`;
  } else if (auth.kind === 'bearer') {
    headers['authorization'] = `Bearer ${(await readFile(auth.tokenFile, 'utf8')).trim()}`;
  }
  return {
    headers,
    agent: new Agent({ connect: { ...tls, timeout: 5_000 }, connections: 4, keepAliveTimeout: 8_000 }),
  };
}

/** Scrapes targets over kept-alive connections. The operator's own addresses: loopback is what the demo scrapes. */
export class ScrapeClient {
  readonly #agent: Dispatcher;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(auth: { readonly headers: Readonly<Record<string, string>>; readonly agent: Dispatcher }) {
    this.#agent = auth.agent;
    this.#headers = auth.headers;
  }

  /** The targets that an HTTP service discovery names; `headers` for one with a token of its own. Throws when it does not answer. */
  async discover(
    url: string,
    timeoutMs: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<readonly ScrapeTarget[]> {
    const answer = await request(url, {
      dispatcher: this.#agent,
      headers: { ...this.#headers, ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await answer.body.json();
    if (answer.statusCode !== 200) throw new Error(`Service discovery answered ${answer.statusCode}.`);
    return Discovery.parse(body).flatMap(({ targets, labels }) => targets.map((address) => ({ address, labels })));
  }

  /** One scrape; throws when the target does not answer in time, answers an error, or writes something that is not an exposition. */
  async scrape(target: ScrapeTarget, timeoutMs: number): Promise<readonly TextSample[]> {
    const url = target.address.includes('://') ? target.address : `http://${target.address}/metrics`;
    const answer = await request(url, {
      dispatcher: this.#agent,
      headers: {
        ...this.#headers,
        accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4',
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readCapped(answer.body);
    if (answer.statusCode !== 200) throw new Error(`${target.address} answered ${answer.statusCode}.`);
    const type = answer.headers['content-type'];
    return parseExposition(
      text,
      typeof type === 'string' && type.startsWith('application/openmetrics-text') ? 'openmetrics' : 'prometheus',
    );
  }
}

async function readCapped(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error('The exposition is larger than 64 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
