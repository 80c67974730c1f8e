/** Lines per request: large enough for a screen and its overscan, small enough to come at once. */
export const LOG_BLOCK = 500;

/** The blocks (by their first line) that hold lines `first` to `last`, counted from 1. */
export function blocksFor(first: number, last: number): number[] {
  const blocks: number[] = [];
  for (
    let start = Math.floor(Math.max(0, first - 1) / LOG_BLOCK) * LOG_BLOCK + 1;
    start <= Math.max(1, last);
    start += LOG_BLOCK
  )
    blocks.push(start);
  return blocks;
}

/** The line that ":1234" in the search field asks for; undefined when it is text to search for. */
export function lineAsked(text: string): number | undefined {
  const line = Number(/^:(\d+)$/.exec(text.trim())?.[1]);
  return line >= 1 ? line : undefined;
}

/** What to ask the server for to find the match after (or before) line `current`: the first question, and the one around the end. */
export function matchQueries(
  current: number,
  step: 1 | -1,
): readonly { readonly from?: number; readonly until?: number; readonly order?: 'newest' }[] {
  if (step === 1) return [{ from: current + 1 }, {}];
  return [...(current > 1 ? [{ until: current - 1, order: 'newest' as const }] : []), { order: 'newest' as const }];
}
