/** What stands in a template for a part that varies. */
export const WILDCARD = '<*>';
/** Stands in a canonical line for a run of characters with a digit in it: numbers, addresses, hex, uuids, times, versions. */
export const NUMBERED = '\u0001';
const NUMBERED_CODE = 1;
/** Bounds on what is read of a line: no template needs more, and the cost per line stays bounded. */
export const LINE_LIMITS = { characters: 4096, tokens: 256 } as const;
const { characters: LONGEST, tokens: MOST_TOKENS } = LINE_LIMITS;

const SPACE = 1;
const DELIMITER = 2;
const DIGIT = 3;
const KIND = new Uint8Array(128);
for (const character of ' \t\n\v\f\r') KIND[character.charCodeAt(0)] = SPACE;
for (const character of '=:,;()[]{}"\'<>|') KIND[character.charCodeAt(0)] = DELIMITER;
for (const character of '0123456789') KIND[character.charCodeAt(0)] = DIGIT;
KIND[NUMBERED_CODE] = SPACE;
const LESS = '<'.charCodeAt(0);
const GREATER = '>'.charCodeAt(0);
const DOT = '.'.charCodeAt(0);
const SLASH = '/'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const BLANK = ' '.charCodeAt(0);

/** Whether a token is a single character that separates words (`=`, `:`, brackets, quotes). */
export function isDelimiter(token: string): boolean {
  return token.length === 1 && KIND[token.charCodeAt(0)] === DELIMITER;
}

/**
 * Reads lines into their canonical form: every run without blanks and delimiters that holds a digit becomes one mark, blanks
 * become one, a row of dots becomes three. `hash` follows the last line read; two lines with equal forms have equal hashes, and
 * different forms have different ones but for one pair in 2^52.
 */
export class CanonicalLine {
  hash = 0;
  private codes = new Uint16Array(LONGEST + 8);
  private length = 0;

  read(line: string): this {
    const end = line.length < LONGEST ? line.length : LONGEST;
    const { codes } = this;
    let length = 0;
    let high = 0x811c9dc5;
    let low = 0x9747b28c;
    let i = 0;
    while (i < end) {
      const code = line.charCodeAt(i);
      const kind = code < 128 ? KIND[code] : 0;
      if (kind === SPACE) {
        i++;
        if (length === 0 || codes[length - 1] === BLANK) continue;
        codes[length++] = BLANK;
        high = Math.imul(high ^ BLANK, 0x01000193);
        low = Math.imul(low ^ BLANK, 0x5bd1e995) ^ (low >>> 13);
        continue;
      }
      // "<1" and ">5" are one quantity
      const bound = (code === LESS || code === GREATER) && isDigit(line, i + 1, end);
      if (kind === DELIMITER && !bound) {
        i++;
        codes[length++] = code;
        high = Math.imul(high ^ code, 0x01000193);
        low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 13);
        continue;
      }
      if (code === DOT && isDots(line, i, end)) {
        while (i < end && line.charCodeAt(i) === DOT) i++;
        for (let dot = 0; dot < 3; dot++) codes[length++] = DOT;
        high = Math.imul(high ^ 0x2e2e, 0x01000193);
        low = Math.imul(low ^ 0x2e2e, 0x5bd1e995) ^ (low >>> 13);
        continue;
      }
      const from = length;
      const highBefore = high;
      const lowBefore = low;
      let numbered = false;
      do {
        const at = line.charCodeAt(i);
        const atKind = at < 128 ? KIND[at] : 0;
        if (atKind === DIGIT) numbered = true;
        else if (length > from && (atKind === SPACE || atKind === DELIMITER)) break;
        else if (at === DOT && isDots(line, i, end)) break;
        codes[length++] = at;
        high = Math.imul(high ^ at, 0x01000193);
        low = Math.imul(low ^ at, 0x5bd1e995) ^ (low >>> 13);
        i++;
      } while (i < end);
      if (numbered) {
        // What begins as a path goes on as one, past delimiters.
        const first = codes[from] as number;
        const mark = first === SLASH || first === BACKSLASH ? first : 0;
        length = mark === 0 ? from : from + 1;
        codes[length++] = NUMBERED_CODE;
        const value = NUMBERED_CODE + (mark << 8);
        high = Math.imul(highBefore ^ value, 0x01000193);
        low = Math.imul(lowBefore ^ value, 0x5bd1e995) ^ (lowBefore >>> 13);
      }
    }
    this.length = length;
    this.hash = (high >>> 0) * 0x100000 + ((low ^ (low >>> 15)) >>> 12);
    return this;
  }

  /** The canonical form of the last line as text of its own, which keeps no larger text alive. */
  text(): string {
    let text = '';
    for (let i = 0; i < this.length; i += 1024)
      text += String.fromCharCode(...this.codes.subarray(i, Math.min(this.length, i + 1024)));
    return text;
  }
}

function isDigit(line: string, at: number, end: number): boolean {
  const code = at < end ? line.charCodeAt(at) : 0;
  return code < 128 && KIND[code] === DIGIT;
}

function isDots(line: string, at: number, end: number): boolean {
  return at + 2 < end && line.charCodeAt(at + 1) === DOT && line.charCodeAt(at + 2) === DOT;
}

/**
 * The forms by which a word is a value wherever it stands (digits are values always). Each can be left out, so that a benchmark can
 * show what a log is worth that had no part in writing them.
 */
export const VALUE_FORMS = {
  /** `Fri`, `June`, before or after a number. */
  calendar:
    /^(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december)$/i,
  zone: /^(?:utc|gmt|p[ds]t|e[ds]t|c[ds]t|m[ds]t|cest|cet|bst|am|pm)$/i,
  unit: /^(?:b|[kmgt]i?b|bytes?|ns|us|ms|s|secs?|seconds?|mins?|minutes?|h|hours?|days?|[kmg]?hz|%)$/i,
  truth: /^(?:true|false|null)$/i,
  /** A switch that stands alone between delimiters: `(on off)`, `retry=no`. */
  toggle: /^(?:on|off|yes|no|none|nil)$/i,
  /** Text of several words in quotes behind a key: `tag="View Lock"`. */
  quoted: /^[^\s=:,;()[\]{}"'<>|]+$/,
  stars: /^\*{3,}$/,
  address: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  path: /^(?:\.{1,2}|~)?[\w.-]*\/[\w./-]*$/,
  /** One of several bytes in hex, joined by colons. */
  byte: /^[0-9A-Fa-f]{2}$/,
} as const;

/** The forms that count. */
export type ValueForms = ReadonlySet<keyof typeof VALUE_FORMS>;

const EVERY_FORM: ValueForms = new Set(Object.keys(VALUE_FORMS) as (keyof typeof VALUE_FORMS)[]);
const { path: RELATIVE_PATH } = VALUE_FORMS;
/** A place at the start of a word, after opening punctuation: `/var/x`, `http://x`, `C:\x`. */
export const PLACE = /^([("'[{<]*)((?:[a-z][a-z0-9+.-]*:\/\/|\/|[A-Za-z]:\\)[^\s"'()<>[\]{},;]+)(.*)$/;

/** The masked tokens of a line, each with whether a blank stood before it. */
export interface LineShape {
  readonly tokens: readonly string[];
  readonly spaced: readonly boolean[];
}

/** One word or delimiter that is no value by itself. */
function masked(word: string, forms: ValueForms): string {
  if (word.includes(NUMBERED)) return WILDCARD;
  for (const form of ['truth', 'stars', 'address'] as const)
    if (forms.has(form) && VALUE_FORMS[form].test(word)) return WILDCARD;
  if (!forms.has('path')) return word;
  const path = word.includes('/') && RELATIVE_PATH.test(word) && (/^[.~]/.test(word) || /\/.*\//.test(word));
  return path ? WILDCARD : word;
}

/** Keys whose quoted text says what happened. */
export const TEXT_KEYS: readonly string[] = [
  ...['msg', 'message', 'text', 'event', 'error', 'err', 'reason', 'cause', 'detail', 'description', 'title'],
];

/** Whether the assignment or colon at `at` follows a key of text, quoted or not: `msg=`, `"msg":`. */
export function isText(tokens: readonly string[], at: number, keys: readonly string[] = TEXT_KEYS): boolean {
  const mark = tokens[at];
  if (mark !== '=' && mark !== ':') return false;
  const key = tokens[at - 1] === '"' ? tokens[at - 2] : tokens[at - 1];
  return keys.includes((key ?? '').toLowerCase());
}

/** Splits a word at its delimiters and masks the parts. */
function pieces(word: string, forms: ValueForms, out: string[]): void {
  const place = forms.has('path') ? PLACE.exec(word) : null;
  if (place !== null && ((place[2] as string).length > 2 || word.includes(NUMBERED))) {
    const body = (place[2] as string).replace(/[:.,;]+$/, '');
    out.push(...(place[1] as string).split(''), WILDCARD);
    const rest = (place[2] as string).slice(body.length) + (place[3] as string);
    if (rest !== '') pieces(rest, forms, out);
    return;
  }
  for (const piece of word.match(/\.{3}|[=:,;()[\]{}"'<>|]|(?:(?!\.{3})[^=:,;()[\]{}"'<>|])+/g) ?? [])
    out.push(masked(piece, forms));
}

/**
 * The shape of a canonical line: its words and delimiters, with everything that varies by its form alone replaced by a wildcard
 * and neighbouring wildcards joined (`10:22:31`, `1, 2, 3`, `FF:3A:00`, `Fri Jun 17 2005`, `9.3 KB`). Empty brackets and quotes
 * hold a wildcard, so that they equal full ones.
 */
export function lineShape(canonical: string, forms: ValueForms = EVERY_FORM): LineShape {
  const raw: string[] = [];
  for (const word of canonical.split(' ')) {
    if (word === '') continue;
    raw.push(' ');
    pieces(word, forms, raw);
  }
  const tokens: string[] = [];
  const spaced: boolean[] = [];
  const push = (token: string, blank: boolean): void => {
    tokens.push(token);
    spaced.push(blank);
  };
  let blank = true;
  for (let i = 0; i < raw.length && tokens.length < MOST_TOKENS; i++) {
    const part = raw[i] as string;
    if (part === ' ') {
      blank = true;
      continue;
    }
    const last = tokens.at(-1);
    const beforeLast = tokens.at(-2);
    const glued = !blank && (last === ',' || last === ':') && beforeLast === WILDCARD;
    const token = isValueHere(part, i, raw, last, glued, forms) ? WILDCARD : part;
    const close = part === '"' && last === '=' && forms.has('quoted') ? endOfQuoted(raw, i) : -1;
    if (close > 0 && !isText(tokens, tokens.length - 1)) {
      push(part, false);
      push(WILDCARD, false);
      push(part, false);
      i = close;
      blank = false;
      continue;
    }
    if (token === WILDCARD && last === WILDCARD) {
      blank = false;
      continue;
    }
    if (token === WILDCARD && glued) {
      tokens.pop();
      spaced.pop();
      blank = false;
      continue;
    }
    const empty =
      (part === ')' && last === '(') || (part === ']' && last === '[') || (part === '"' && last === '"' && !blank);
    if (empty) push(WILDCARD, false);
    push(token, blank && !empty);
    blank = false;
  }
  return { tokens, spaced };
}

/** Where the quotes that open at `from` close, when nothing but several words is between them; otherwise -1. */
function endOfQuoted(raw: readonly string[], from: number): number {
  let words = 0;
  for (let i = from + 1; i < raw.length; i++) {
    const part = raw[i] as string;
    if (part === '"') return words > 1 ? i : -1;
    if (part === ' ') continue;
    if (part !== WILDCARD && !VALUE_FORMS.quoted.test(part)) return -1;
    words++;
  }
  return -1;
}

/** Whether a word is part of a value because of its neighbours. */
function isValueHere(
  part: string,
  i: number,
  raw: readonly string[],
  last: string | undefined,
  glued: boolean,
  forms: ValueForms,
): boolean {
  if (part === WILDCARD) return true;
  const is = (form: keyof typeof VALUE_FORMS, word: string): boolean => forms.has(form) && VALUE_FORMS[form].test(word);
  if (last === WILDCARD && (is('zone', part) || is('unit', part))) return true;
  if (is('byte', part)) {
    if (glued) return true;
    const next = raw[i + 2] ?? '';
    if (raw[i + 1] === ':' && (next === WILDCARD || is('byte', next)) && (raw[i + 3] === ':' || last === ':'))
      return true;
  }
  if (is('toggle', part)) {
    const next = raw[i + 1] === ' ' ? raw[i + 2] : raw[i + 1];
    return (
      last !== undefined &&
      (last === WILDCARD || isDelimiter(last)) &&
      (next === undefined || isDelimiter(next) || is('toggle', next))
    );
  }
  if (!is('calendar', part)) return false;
  return (
    raw[i + 2] === WILDCARD ||
    (raw[i + 1] === ',' && raw[i + 3] === WILDCARD) ||
    (raw[i + 1] === ' ' && is('calendar', raw[i + 2] ?? '') && raw[i + 4] === WILDCARD)
  );
}
