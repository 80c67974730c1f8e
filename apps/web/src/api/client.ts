import { ApiProblem, problemOf, unreachable } from './problem.ts';
import { newKey } from './new-key.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Appends the defined members of `query` to `path`. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** While the session changes, nothing else is asked: the old cookie is already void, the new one is not here yet. */
let changing: Promise<unknown> | undefined;
const underWay = new Set<Promise<unknown>>();
/** How long a session change waits for what was asked with the old cookie. */
const LAST_ANSWERS_MS = 2000;

/** Runs `change` (sign-in, switch, sign-out) after the answers under way, and holds back every other request until it is through. */
export async function whileAlone<T>(change: () => Promise<T>): Promise<T> {
  const alone = (async () => {
    const patience = new Promise((resolve) => setTimeout(resolve, LAST_ANSWERS_MS));
    await Promise.race([Promise.allSettled(underWay), patience]);
    return change();
  })();
  changing = alone.catch(() => undefined);
  try {
    return await alone;
  } finally {
    changing = undefined;
  }
}

async function call(path: string, init: RequestInit, alone = false): Promise<Response> {
  while (changing !== undefined && !alone) await changing;
  let response: Response;
  const request = fetch(path, { credentials: 'same-origin', ...init });
  underWay.add(request);
  try {
    response = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  } finally {
    underWay.delete(request);
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
  /** Set by `whileAlone` for the call that changes the session itself. */
  readonly alone?: boolean;
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
    'idempotency-key': options.idempotencyKey ?? newKey(),
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await call(path, init, options.alone);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Whether a failed read is worth repeating: only when nobody answered or the server said it is busy. */
export function worthRetrying(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** For `refetchInterval`: every so many milliseconds, until the server says that this person may not see it. */
export function everyUntilRefused(milliseconds: number) {
  return (query: { readonly state: { readonly error: unknown } }): number | false =>
    query.state.error instanceof ApiProblem && query.state.error.status === 403 ? false : milliseconds;
}
