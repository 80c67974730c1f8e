import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { z } from 'zod';

/** Where the sandbox is found: its data directory (written by the sandbox itself), or a URL with a token file. Read lazily. */
export interface SandboxPlace {
  /** JSON `{url, tokenFile}`, which the supervisor writes once the sandbox answers. */
  readonly file?: string | undefined;
  readonly directory?: string | undefined;
  readonly url?: string | undefined;
  readonly tokenFile?: string | undefined;
}

const PlaceFile = z.object({ url: z.url(), tokenFile: z.string() });
const SandboxFile = z.object({ controlUrl: z.url() });

/** The sandbox did not answer, or not in words that we know. `neverSent` = no connection was made. */
export class SandboxUnanswered extends Error {
  readonly neverSent: boolean;

  constructor(detail: string, neverSent: boolean, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'SandboxUnanswered';
    this.neverSent = neverSent;
  }
}

/** A client of the sandbox's control API. It finds address and token on first use and again after the sandbox came back elsewhere. */
export class SandboxClient {
  readonly #place: SandboxPlace;
  readonly #agent = new Agent({ connect: { timeout: 5_000 }, keepAliveTimeout: 8_000 });
  #found: { readonly url: string; readonly token: string } | undefined;

  constructor(place: SandboxPlace) {
    this.#place = place;
  }

  /** The control API's address; throws SandboxUnanswered while there is no sandbox yet. */
  async where(): Promise<{ readonly url: string; readonly token: string }> {
    this.#found ??= await this.#find();
    return this.#found;
  }

  async send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options: {
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
      readonly signal?: AbortSignal | undefined;
      readonly answering?: (() => void) | undefined;
    },
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const { url, token } = await this.where();
    const timeout = AbortSignal.timeout(options.timeoutMs);
    try {
      const answer = await request(new URL(path, url), {
        method,
        dispatcher: this.#agent,
        signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
        headers: {
          authorization: `Bearer ${token}`,
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      options.answering?.();
      const body: unknown = await answer.body.json();
      if (answer.statusCode === 401) this.#found = undefined; // another sandbox with another token
      return { status: answer.statusCode, body };
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      const refused = code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT';
      if (refused) this.#found = undefined; // it may have come back on another port
      throw new SandboxUnanswered(
        timeout.aborted
          ? `The sandbox did not answer within ${options.timeoutMs} ms.`
          : `The sandbox did not answer: ${String(error)}`,
        refused,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #find(): Promise<{ readonly url: string; readonly token: string }> {
    const { file, directory, url, tokenFile } = this.#place;
    try {
      if (file !== undefined && url === undefined) {
        const place = PlaceFile.parse(JSON.parse(await readFile(file, 'utf8')));
        return { url: place.url, token: (await readFile(tokenFile ?? place.tokenFile, 'utf8')).trim() };
      }
      const controlUrl =
        url ?? SandboxFile.parse(JSON.parse(await readFile(join(directory ?? '.', 'sandbox.json'), 'utf8'))).controlUrl;
      const token = (await readFile(tokenFile ?? join(directory ?? '.', 'control-token'), 'utf8')).trim();
      return { url: controlUrl, token };
    } catch (error) {
      throw new SandboxUnanswered('The sandbox is not there yet.', true, { cause: error });
    }
  }
}
