import { hashKey, type QueryClient } from '@tanstack/react-query';

/** Asks the API for a path as whoever the page is for. Rejects where it is refused. */
export type Ask = (path: string) => Promise<unknown>;

/** One read of the API: the key its answer goes under, and its path; `paged`: it is the first page of a longer list. */
export interface Question {
  readonly key: readonly unknown[];
  readonly path: string;
  readonly paged: boolean;
}

/** All reads that what a client has drawn so far stands on, answered or not. */
export function questionsOf(client: QueryClient): readonly Question[] {
  return client
    .getQueryCache()
    .getAll()
    .flatMap(({ meta, queryKey, options }) =>
      meta?.path !== undefined && !('enabled' in options && options.enabled === false)
        ? [{ key: queryKey, path: meta.path, paged: meta.paged === true }]
        : [],
    );
}

/** Asks, each question once. What is refused stays open: the browser asks again, and shows why. */
export class Asker {
  readonly #asked = new Set<string>();
  readonly #client: QueryClient;
  readonly #ask: Ask;

  constructor(client: QueryClient, ask: Ask) {
    this.#client = client;
    this.#ask = ask;
  }

  /** Gives the client the answers of those questions that were not asked before; answers whether there were any. */
  async answer(questions: readonly Question[]): Promise<boolean> {
    const fresh = new Map(questions.map((question) => [hashKey(question.key), question]));
    for (const hash of this.#asked) fresh.delete(hash);
    for (const hash of fresh.keys()) this.#asked.add(hash);
    await Promise.all([...fresh.values()].map((question) => this.#answerOne(question)));
    return fresh.size > 0;
  }

  async #answerOne({ key, path, paged }: Question): Promise<void> {
    const data = await this.#ask(path).catch(() => undefined);
    if (data !== undefined) this.#client.setQueryData(key, paged ? { pages: [data], pageParams: [null] } : data);
  }
}

/**
 * What each address asked when it was last drawn, by the permissions of whom it was for: nobody is made to ask what only others may.
 * Of the addresses the `most` last drawn.
 */
export class QuestionMemory {
  readonly #most: number;
  readonly #known = new Map<string, readonly Question[]>();

  constructor(most: number) {
    this.#most = most;
  }

  of(permissions: readonly string[], url: string): readonly Question[] {
    return this.#known.get(keyOf(permissions, url)) ?? [];
  }

  keep(permissions: readonly string[], url: string, questions: readonly Question[]): void {
    const key = keyOf(permissions, url);
    this.#known.delete(key);
    this.#known.set(
      key,
      questions.filter(({ path }) => !MOVES.test(path)),
    );
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** What begins at a moment is another question the next time. */
const MOVES = /[?&]from=/;

const keyOf = (permissions: readonly string[], url: string): string => `${permissions.toSorted().join()} ${url}`;
