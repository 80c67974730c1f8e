import { isDelimiter, isText, TEXT_KEYS, WILDCARD } from './line-shape.ts';

/** A shape and the number of lines that had it. */
export interface CountedShape {
  readonly tokens: readonly string[];
  readonly count: number;
}

/** What the grouping goes by. */
export interface Grouping {
  readonly fewWords: number;
  readonly fewFirstWords: number;
  readonly manyWords: number;
  readonly balance: number;
  readonly balanceLines: number;
  readonly introducers: readonly string[];
  readonly textKeys: readonly string[];
  readonly names: boolean;
  readonly lists: boolean;
  readonly coveringWords: number;
}

/** The one configuration of the grouping, for every system. */
export const GROUPING: Grouping = {
  /** Different words at one place that are always taken for statements of their own ("paused", "resumed"). */
  fewWords: 3,
  /** The same for the first word of a line, which rarely is a value. */
  fewFirstWords: 16,
  /** Up to this many, words are statements when they are about equally frequent or decide what follows; more are values. */
  manyWords: 8,
  /** Words are equally frequent when the median count is at least this share of the largest, and this many lines. */
  balance: 0.4,
  balanceLines: 4,
  /** Words after which a value stands. */
  introducers: ['user', 'username', 'host', 'hostname', 'file', 'client', 'account', 'principal'],
  /** Keys whose quoted text is the statement itself (`msg="pool exhausted"`), not a value. */
  textKeys: TEXT_KEYS,
  /** Whether differing words that are all names of things (`a.example.org`, `com.example.mail`) are values. */
  names: true,
  /** Whether a word is a value that stands between the same delimiters as a value of its line (`3 (sid), LOOKING (state)`). */
  lists: true,
  /** A template takes in another that it covers when it says at least this many words. */
  coveringWords: 2,
};

/** Lines by word, for every place. */
function frequencies(rows: readonly CountedShape[]): Map<string, number>[] {
  const found = Array.from({ length: rows[0]?.tokens.length ?? 0 }, () => new Map<string, number>());
  for (const { tokens, count } of rows)
    tokens.forEach((token, place) => {
      const words = found[place] as Map<string, number>;
      words.set(token, (words.get(token) ?? 0) + count);
    });
  return found;
}

function partition<K>(rows: readonly number[], keyOf: (row: number) => K): number[][] {
  const parts = new Map<K, number[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [row]);
    else part.push(row);
  }
  return [...parts.values()];
}

/**
 * The words that identify the statement behind a shape: those that occur equally often at their places, because one statement
 * wrote them all (after Brain, Yu et al. 2023); of several such sets the one with the most words, weighted by the logarithm of
 * their frequency.
 */
function rootOf(tokens: readonly string[], frequency: readonly Map<string, number>[]): string {
  const places = new Map<number, number[]>();
  tokens.forEach((token, place) => {
    if (token === WILDCARD || token === '...' || isDelimiter(token)) return;
    const lines = frequency[place]?.get(token) ?? 0;
    const same = places.get(lines);
    if (same === undefined) places.set(lines, [place]);
    else same.push(place);
  });
  let best: readonly number[] = [];
  let bestWeight = 0;
  for (const [lines, same] of places) {
    const weight = same.length * Math.log(1 + lines);
    if (weight > bestWeight) {
      best = same;
      bestWeight = weight;
    }
  }
  return best.map((place) => `${place} ${tokens[place] ?? ''}`).join('\n');
}

/** Whether the word at `place` decides a varying word at another: a phrase, not a value. */
function decidesAnother(
  rows: readonly CountedShape[],
  frequency: readonly Map<string, number>[],
  place: number,
): boolean {
  return frequency.some((words, other) => {
    if (other === place || words.size < 2 || words.has(WILDCARD)) return false;
    const decided = new Map<string, string>();
    for (const { tokens } of rows) {
      const word = tokens[place] as string;
      const otherWord = tokens[other] as string;
      if ((decided.get(word) ?? otherWord) !== otherWord) return false;
      decided.set(word, otherWord);
    }
    return new Set(decided.values()).size > 1;
  });
}

/** Names of things. */
export const NAME_FORMS = {
  /** With parts: `proxy.example.org`, `nginx.service`. */
  dotted: /^[\p{L}\p{N}_$-]+(?:\.[\p{L}\p{N}_$-]+)+$/u,
  /** The same, or with other joints: `web-node`, `read_cache`, `TaskEventType`, `Handler@host`. */
  joined: /[\p{L}\p{N}][._@$/\\-][\p{L}\p{N}]|\p{Ll}\p{Lu}/u,
} as const;

/**
 * Whether differing words are all names of things, of which there are always more to come. A few in one namespace are constants
 * (`action.SCREEN_ON`, `action.SCREEN_OFF`), and so may be joined words that begin a line, which are often functions.
 */
function areNames(words: ReadonlyMap<string, number>, place: number, grouping: Grouping): boolean {
  const all = [...words.keys()].map((word) => word.replace(/\.+$/, ''));
  const dotted = all.every((word) => NAME_FORMS.dotted.test(word));
  if (words.size > grouping.fewWords) return dotted || (place > 0 && all.every((word) => NAME_FORMS.joined.test(word)));
  return dotted && new Set(all.map((word) => word.slice(0, word.lastIndexOf('.')))).size > 1;
}

/** Whether the same two delimiters as at a place enclose a value elsewhere in the line: an item of the same list. */
function isListItem(frequency: readonly Map<string, number>[], place: number): boolean {
  const only = (at: number): string | undefined => {
    const words = frequency[at];
    return words?.size === 1 ? (words.keys().next().value as string) : undefined;
  };
  const before = only(place - 1);
  const after = only(place + 1);
  if (before === undefined || after === undefined || !isDelimiter(before) || !isDelimiter(after)) return false;
  return frequency.some(
    (_, other) =>
      other !== place && only(other) === WILDCARD && only(other - 1) === before && only(other + 1) === after,
  );
}

/** Whether the differing words at a place belong to different statements; otherwise they are values of one. */
function separatesStatements(
  rows: readonly CountedShape[],
  frequency: readonly Map<string, number>[],
  place: number,
  grouping: Grouping,
): boolean {
  const words = frequency[place] as Map<string, number>;
  if (words.size < 2 || words.has(WILDCARD)) return false;
  const tokens = rows[0]?.tokens ?? [];
  // What stands before a "=" is a key, however it looks.
  if (grouping.names && tokens[place + 1] !== '=' && areNames(words, place, grouping)) return false;
  if (place === 0) return words.size <= grouping.fewFirstWords;
  const before = tokens[place - 1] ?? '';
  const sameBefore = frequency[place - 1]?.size === 1;
  if (sameBefore && grouping.introducers.includes(before.toLowerCase())) return false;
  if (sameBefore && (before === '"' || before === "'") && tokens[place + 1] === before)
    return isText(tokens, place - 2, grouping.textKeys);
  if (grouping.lists && isListItem(frequency, place)) return false;
  if (words.size <= grouping.fewWords) return true;
  if (sameBefore && before === '=') return false;
  if (words.size > grouping.manyWords) return false;
  const counts = [...words.values()].sort((a, b) => a - b);
  const median = counts[counts.length >> 1] as number;
  if (median >= grouping.balanceLines && median >= grouping.balance * (counts.at(-1) as number)) return true;
  return decidesAnother(rows, frequency, place);
}

/** Splits shapes with one root until the remaining differences are values. */
function splitByWords(
  shapes: readonly CountedShape[],
  rows: readonly number[],
  grouping: Grouping,
  out: number[][],
): void {
  const members = rows.map((row) => shapes[row] as CountedShape);
  const frequency = frequencies(members);
  let chosen = -1;
  let fewest = Number.POSITIVE_INFINITY;
  frequency.forEach((words, place) => {
    if (words.size >= fewest || !separatesStatements(members, frequency, place, grouping)) return;
    chosen = place;
    fewest = words.size;
  });
  if (chosen < 0) {
    out.push([...rows]);
    return;
  }
  for (const part of partition(rows, (row) => shapes[row]?.tokens[chosen])) splitByWords(shapes, part, grouping, out);
}

/** What the shapes of a group have in common; a wildcard where they differ. All have the same number of tokens. */
export function commonTokens(shapes: readonly { readonly tokens: readonly string[] }[]): string[] {
  const [first, ...others] = shapes;
  return (first?.tokens ?? []).map((token, place) =>
    others.every(({ tokens }) => tokens[place] === token) ? token : WILDCARD,
  );
}

/** A template with each row of wildcards as one: equal for templates that differ in the length of a value only. */
export function withoutRepeatedWildcards(tokens: readonly string[]): string {
  return tokens.filter((token, place) => token !== WILDCARD || tokens[place - 1] !== WILDCARD).join(' ');
}

/** Joins groups whose templates are the same but for the length of a value, or of which one covers the other. */
function joinEqual(shapes: readonly CountedShape[], groups: readonly number[][], grouping: Grouping): number[][] {
  const templates = groups.map((rows) => commonTokens(rows.map((row) => shapes[row] as CountedShape)));
  const target = groups.map((_, group) => group);
  const byText = new Map<string, number>();
  templates.forEach((tokens, group) => {
    const text = withoutRepeatedWildcards(tokens);
    const earlier = byText.get(text);
    if (earlier === undefined) byText.set(text, group);
    else target[group] = earlier;
  });
  const heads = groups.map((_, group) => group).filter((group) => target[group] === group);
  for (const alike of partition(heads, (group) => (templates[group] as string[]).length)) {
    const general = alike.filter((group) => {
      const tokens = templates[group] as string[];
      const words = tokens.filter((token) => token !== WILDCARD && !isDelimiter(token)).length;
      return words >= grouping.coveringWords && words < tokens.length;
    });
    for (const wide of general) {
      if (target[wide] !== wide) continue;
      const tokens = templates[wide] as string[];
      for (const narrow of alike) {
        if (narrow === wide || target[narrow] !== narrow) continue;
        const covered = templates[narrow] as string[];
        if (tokens.every((token, place) => token === WILDCARD || token === covered[place])) target[narrow] = wide;
      }
    }
  }
  const headOf = (group: number): number => {
    let head = group;
    while (target[head] !== head) head = target[head] as number;
    return head;
  };
  return partition(
    groups.map((_, group) => group),
    headOf,
  ).map((joined) => joined.flatMap((group) => groups[group] as number[]));
}

/** Length and delimiters of a shape: only shapes that agree in them are compared word by word. */
export function structureOf(tokens: readonly string[]): string {
  return `${tokens.length}${tokens.filter(isDelimiter).join('')}`;
}

/**
 * Groups shapes by the statement that wrote them; returns the indices of each group's shapes. Shapes of one length and the same
 * delimiters are divided by their root words, then by words that belong to statements rather than to values. Depends on the
 * shapes and counts only, not on their order except for ties.
 */
export function groupShapes(shapes: readonly CountedShape[], grouping: Grouping = GROUPING): number[][] {
  const groups: number[][] = [];
  const all = shapes.map((_, row) => row);
  for (const alike of partition(all, (row) => structureOf((shapes[row] as CountedShape).tokens))) {
    const frequency = frequencies(alike.map((row) => shapes[row] as CountedShape));
    for (const rows of partition(alike, (row) => rootOf((shapes[row] as CountedShape).tokens, frequency)))
      splitByWords(shapes, rows, grouping, groups);
  }
  return joinEqual(shapes, groups, grouping);
}
