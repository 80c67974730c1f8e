import { ApiProblem, problemOf, unreachable } from './problem.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Appends the defined members of `query` to `path`. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** GET of a JSON resource. Throws ApiProblem. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await call(path, {
    headers: { accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  });
  return (await response.json()) as T;
}

export interface SendOptions {
  /** The plan hash that the person saw; the server refuses with 412 when the plan has changed since. */
  readonly ifMatch?: string;
  /** One key per intention: a retry of the same click repeats it, a new click has its own. */
  readonly idempotencyKey?: string;
}

/** A call that may change something: with the header that a foreign page cannot send, and a key that makes a retry harmless. */
export async function send<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  options: SendOptions = {},
): Promise<T> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'x-autoops': '1',
    'idempotency-key': options.idempotencyKey ?? crypto.randomUUID(),
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
  const response = await call(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Whether a failed read is worth repeating: only when nobody answered or the server said it is busy. */
export function worthRetrying(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}
