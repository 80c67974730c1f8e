/** One sample of an exposition; `timestampMs` only where the target wrote one. */
export interface TextSample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestampMs: number | undefined;
}

/** A line that is not Prometheus text or OpenMetrics, with its number (from 1). */
export class ExpositionError extends Error {
  readonly line: number;

  constructor(line: number, detail: string) {
    super(`line ${line}: ${detail}`);
    this.name = 'ExpositionError';
    this.line = line;
  }
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const SPACE = /[ \t]*/y;
const NUMBER = /[^ \t]+/y;

/**
 * Parses the Prometheus text format 0.0.4 and OpenMetrics 1.0 (timestamps there are seconds; exemplars and `# EOF` are read over).
 * Strict: the first line that is neither throws ExpositionError, so that a truncated answer is never taken for a whole one.
 */
export function parseExposition(text: string, format: 'prometheus' | 'openmetrics'): readonly TextSample[] {
  const samples: TextSample[] = [];
  let lineNumber = 0;
  let ended = false;
  for (const raw of text.split('\n')) {
    lineNumber += 1;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') continue;
    if (ended) throw new ExpositionError(lineNumber, 'something follows # EOF');
    if (line.startsWith('#')) {
      if (line === '# EOF') ended = true;
      continue;
    }
    samples.push(new LineReader(line, lineNumber, format).sample());
  }
  if (format === 'openmetrics' && !ended) throw new ExpositionError(lineNumber, 'the answer ends before # EOF');
  return samples;
}

class LineReader {
  #position = 0;
  readonly #line: string;
  readonly #number: number;
  readonly #format: 'prometheus' | 'openmetrics';

  constructor(line: string, lineNumber: number, format: 'prometheus' | 'openmetrics') {
    this.#line = line;
    this.#number = lineNumber;
    this.#format = format;
  }

  sample(): TextSample {
    const metric = this.#token(NAME, 'a metric name');
    this.#skip();
    const labels = this.#line[this.#position] === '{' ? this.#labels() : {};
    this.#skip();
    const value = this.#value(this.#token(NUMBER, 'a value'));
    this.#skip();
    let timestampMs: number | undefined;
    if (this.#position < this.#line.length && this.#line[this.#position] !== '#') {
      const stamp = Number(this.#token(NUMBER, 'a timestamp'));
      if (!Number.isFinite(stamp)) this.#fail('the timestamp is not a number');
      timestampMs = Math.round(this.#format === 'openmetrics' ? stamp * 1000 : stamp);
      this.#skip();
    }
    // OpenMetrics exemplars follow a "#"; nothing else may.
    if (this.#position < this.#line.length && !(this.#format === 'openmetrics' && this.#line[this.#position] === '#'))
      this.#fail('something follows the sample');
    return { metric, labels, value, timestampMs };
  }

  #labels(): Record<string, string> {
    const labels: Record<string, string> = {};
    this.#position += 1;
    for (;;) {
      this.#skip();
      if (this.#line[this.#position] === '}') break;
      const name = this.#token(LABEL, 'a label name');
      this.#skip();
      this.#expect('=');
      this.#skip();
      if (Object.hasOwn(labels, name)) this.#fail(`the label ${name} comes twice`);
      labels[name] = this.#quoted();
      this.#skip();
      if (this.#line[this.#position] === ',') this.#position += 1;
      else if (this.#line[this.#position] !== '}') this.#fail('a comma or } is missing');
    }
    this.#position += 1;
    return labels;
  }

  #quoted(): string {
    this.#expect('"');
    let text = '';
    for (;;) {
      const character = this.#line[this.#position];
      this.#position += 1;
      if (character === undefined) return this.#fail('a label value is not closed');
      if (character === '"') return text;
      if (character !== '\\') {
        text += character;
        continue;
      }
      const escaped = this.#line[this.#position];
      this.#position += 1;
      text += escaped === 'n' ? '\n' : escaped === '"' || escaped === '\\' ? escaped : `\\${escaped ?? ''}`;
    }
  }

  #value(text: string): number {
    if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
    if (text === '-Inf') return Number.NEGATIVE_INFINITY;
    if (text === 'NaN') return Number.NaN;
    const value = Number(text);
    return Number.isNaN(value) ? this.#fail(`"${text}" is not a number`) : value;
  }

  #token(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#line)?.[0];
    if (found === undefined || found === '') return this.#fail(`${what} is missing`);
    this.#position += found.length;
    return found;
  }

  #expect(character: string): void {
    if (this.#line[this.#position] !== character) this.#fail(`${character} is missing`);
    this.#position += 1;
  }

  #skip(): void {
    SPACE.lastIndex = this.#position;
    this.#position += SPACE.exec(this.#line)?.[0].length ?? 0;
  }

  #fail(detail: string): never {
    throw new ExpositionError(this.#number, detail);
  }
}
