import type { RunLogLine } from '@autoops/contracts';

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

/** Line numbers of lines that hold `text`, or that are failures where `text` is empty. */
export function matchingLines(lines: Iterable<RunLogLine>, text: string): number[] {
  const wanted = text.toLowerCase();
  const found: number[] = [];
  for (const line of lines) {
    if (wanted === '' ? line.level === 'error' || line.level === 'warn' : line.text.toLowerCase().includes(wanted))
      found.push(line.line);
  }
  return found.toSorted((a, b) => a - b);
}

/** The match after (or before) `current`, around the end. */
export function nextMatch(matches: readonly number[], current: number, step: 1 | -1): number | undefined {
  if (matches.length === 0) return undefined;
  if (step === 1) return matches.find((line) => line > current) ?? matches[0];
  return matches.findLast((line) => line < current) ?? matches.at(-1);
}
