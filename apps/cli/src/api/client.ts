import { randomUUID } from 'node:crypto';
import { Problem } from '@autoops/contracts';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { CommandError, EXIT, type ExitCode } from './exit-code.ts';

/** The exit code of a problem answer (conventions: 3 not found, 4 auth, 5 denied by policy, 7 conflict or stale). */
function exitCodeOf(status: number, problem: Problem | undefined): ExitCode {
  if (status === 401) return EXIT.auth;
  if (status === 403)
    return problem?.ruleIds !== undefined || problem?.code.includes('denied') ? EXIT.denied : EXIT.auth;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412 || status === 428) return EXIT.conflict;
  return EXIT.error;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string | undefined;
}

/** Talks to the API as one principal; every answer is checked against its schema. */
export class Client {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get url(): string {
    return this.#connection.url;
  }

  async #send(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly ifMatch?: string; readonly timeoutMs?: number },
  ): Promise<Response> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.#connection.token}`,
      accept: 'application/json',
    };
    if (method !== 'GET') headers['idempotency-key'] = randomUUID();
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#connection.url), {
        method,
        headers,
        signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
    } catch (error) {
      throw new CommandError(
        `${this.#connection.url} does not answer (${error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)}). Is AutoOps running? \`autoops doctor\` looks.`,
        EXIT.error,
      );
    }
    if (response.ok) return response;
    const text = await response.text();
    let problem: Problem | undefined;
    try {
      problem = Problem.parse(JSON.parse(text));
    } catch {
      problem = undefined;
    }
    throw new CommandError(
      problem
        ? `${problem.title}${problem.detail === undefined ? '' : `: ${problem.detail}`} (${problem.code}, request ${problem.requestId})`
        : `${response.status} ${response.statusText}: ${text.slice(0, 200)}`,
      exitCodeOf(response.status, problem),
      problem,
    );
  }

  /** Reads JSON. Throws `CommandError` with the exit code of the problem. */
  async get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
    const response = await this.#send('GET', path, {});
    return schema.parse(await response.json());
  }

  async bytes(path: string): Promise<Uint8Array> {
    const response = await this.#send('GET', path, { timeoutMs: 60_000 });
    return new Uint8Array(await response.arrayBuffer());
  }

  async call<T extends z.ZodType>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    schema: T,
    options: { readonly body?: unknown; readonly ifMatch?: string } = {},
  ): Promise<Answer<z.infer<T>>> {
    const response = await this.#send(method, path, options);
    const text = await response.text();
    return {
      status: response.status,
      body: schema.parse(text === '' ? undefined : JSON.parse(text)),
      etag: response.headers.get('etag') ?? undefined,
    };
  }
}
