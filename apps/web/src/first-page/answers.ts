import { dehydrate, hydrate, type DehydratedState, type QueryClient } from '@tanstack/react-query';

/** The element of the first page that holds what the server asked for it. */
export const ANSWERS_ID = 'first-answers';
/** An answer that is older than this when the scripts begin is asked for anew; the live stream reaches back as far (live/stream.ts). */
export const OLDEST_ANSWER_MS = 10_000;

/** All that a client knows, as JSON that may stand in a `<script>`: nothing in it can end the element. */
export function answersOf(client: QueryClient): string {
  return JSON.stringify(dehydrate(client)).replaceAll('<', String.raw`\u003c`);
}

/** Gives a client what the server asked for this page, once; what is too old or not there it will ask for itself. */
export function takeAnswers(client: QueryClient): void {
  const text = document.getElementById(ANSWERS_ID)?.textContent ?? '';
  if (text === '' || performance.now() > OLDEST_ANSWER_MS) return;
  const { queries, ...rest } = JSON.parse(text) as DehydratedState;
  // By this machine's clock: the server's may be another, and freshness is counted from it.
  const dataUpdatedAt = Date.now();
  hydrate(client, {
    ...rest,
    queries: queries.map((query) => ({ ...query, state: { ...query.state, dataUpdatedAt } })),
  });
}
