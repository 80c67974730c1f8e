import { sha256Hex } from '@autoops/digest';
import type { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { commonTokens, GROUPING, groupShapes, type Grouping } from './group-shapes.ts';
import { CanonicalLine, lineShape, type ValueForms } from './line-shape.ts';
import { withoutPrivateData } from './private-data.ts';

/** Number of the snapshot's layout; another is refused. */
const FORMAT = 1;
/** Canonical forms remembered, so that a line seen in this form before costs one look-up. */
const MOST_FORMS = 200_000;
/** Shapes kept before those of one template are joined, unless the caller says otherwise. */
const MOST_SHAPES = 20_000;

/** A statement of the program that wrote the log. */
export interface ParsedTemplate {
  /** That of the first line with it; stays when the template becomes more general and across restarts. */
  readonly id: string;
  readonly text: string;
  readonly count: number;
}

interface Shape {
  tokens: readonly string[];
  spaced: readonly boolean[];
  /** Hash of the first shape that is in here. */
  readonly id: string;
  count: number;
}

/** What a parser needs beside the lines. */
export interface LogParserOptions {
  /** Shapes kept before those of one template are joined; bounds memory for logs whose words never repeat. */
  readonly mostShapes?: number;
  /** Another configuration than the shipped one, for benchmarks; a snapshot does not hold it. */
  readonly forms?: ValueForms;
  readonly grouping?: Grouping;
}

/** Bounds of the parser, which are part of its configuration. */
export const PARSER_LIMITS = { forms: MOST_FORMS, shapes: MOST_SHAPES } as const;

/**
 * Finds the templates of a log, line by line, with one configuration for every system. A line's shape (its words with all that
 * varies by form masked) is looked up as it comes; which shapes one statement wrote is decided over all shapes seen so far, by how
 * often their words occur.
 */
export class LogParser {
  private readonly canonical = new CanonicalLine();
  private readonly forms = new Map<number, number>();
  private readonly byKey = new Map<string, number>();
  private shapes: Shape[] = [];
  /** Where each number given out by `add` leads; numbers never change, shapes are joined. */
  private readonly handles: number[] = [];
  private joinAt: number;

  private readonly mostShapes: number;
  private readonly valueForms: ValueForms | undefined;
  private readonly rules: Grouping;

  constructor({ mostShapes = MOST_SHAPES, forms, grouping = GROUPING }: LogParserOptions = {}) {
    this.joinAt = mostShapes;
    this.mostShapes = mostShapes;
    this.valueForms = forms;
    this.rules = grouping;
  }

  /** Counts a line and returns its handle, for which `grouping` knows the template. Never throws. */
  add(line: string): number {
    const form = this.canonical.read(line).hash;
    let handle = this.forms.get(form);
    if (handle === undefined) {
      handle = this.handleOf(this.canonical.text());
      if (this.forms.size >= MOST_FORMS) this.forms.clear();
      this.forms.set(form, handle);
    }
    (this.shapes[this.handles[handle] as number] as Shape).count++;
    return handle;
  }

  private handleOf(canonical: string): number {
    const { tokens, spaced } = lineShape(withoutPrivateData(canonical), this.valueForms);
    const key = tokens.join(' ');
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    if (this.shapes.length >= this.joinAt) this.join();
    const handle = this.handles.length;
    this.handles.push(this.shapes.length);
    this.shapes.push({ tokens, spaced, id: sha256Hex(key).slice(0, 12), count: 0 });
    this.byKey.set(key, handle);
    return handle;
  }

  /** Joins the shapes of each template into one and forgets their words. */
  private join(): void {
    const joined: Shape[] = [];
    const target = new Int32Array(this.shapes.length);
    for (const rows of groupShapes(this.shapes, this.rules)) {
      const first = this.shapes[Math.min(...rows)] as Shape;
      // Templates of unequal length were joined because only the length of a value differs: the first one's speaks for all.
      const alike = rows
        .map((row) => this.shapes[row] as Shape)
        .filter(({ tokens }) => tokens.length === first.tokens.length);
      const count = rows.reduce((sum, row) => sum + (this.shapes[row] as Shape).count, 0);
      for (const row of rows) target[row] = joined.length;
      joined.push({ ...first, tokens: commonTokens(alike), count });
    }
    this.handles.forEach((shape, handle) => (this.handles[handle] = target[shape] as number));
    this.shapes = joined;
    this.byKey.clear();
    this.forms.clear();
    // Where most shapes are templates of their own, joining again soon would find nothing.
    this.joinAt = Math.max(this.mostShapes, 2 * joined.length);
    const seen = new Set<number>();
    this.handles.forEach((shape, handle) => {
      if (seen.has(shape)) return;
      seen.add(shape);
      this.byKey.set((joined[shape] as Shape).tokens.join(' '), handle);
    });
  }

  /** The templates of everything seen so far, in order of first appearance, and for each handle the index of its template. */
  grouping(): { readonly templates: readonly ParsedTemplate[]; readonly templateOf: Uint32Array } {
    const groups = groupShapes(this.shapes, this.rules)
      .map((rows) => rows.sort((a, b) => a - b))
      .sort((a, b) => (a[0] as number) - (b[0] as number));
    const groupOfShape = new Uint32Array(this.shapes.length);
    const templates = groups.map((rows, group): ParsedTemplate => {
      const first = this.shapes[rows[0] as number] as Shape;
      const alike = rows
        .map((row) => this.shapes[row] as Shape)
        .filter(({ tokens }) => tokens.length === first.tokens.length);
      for (const row of rows) groupOfShape[row] = group;
      return {
        id: first.id,
        text: textOf(commonTokens(alike), first.spaced),
        count: rows.reduce((sum, row) => sum + (this.shapes[row] as Shape).count, 0),
      };
    });
    return { templates, templateOf: Uint32Array.from(this.handles, (shape) => groupOfShape[shape] as number) };
  }

  /** Writes everything that later lines depend on; equal parsers write equal bytes. */
  serialize(record: RecordWriter): void {
    record.uint32(FORMAT).uint32(this.mostShapes).uint32(this.joinAt).uint32(this.shapes.length);
    for (const { tokens, spaced, id, count } of this.shapes) {
      record.text(id).float64(count).uint32(tokens.length);
      tokens.forEach((token, place) => record.text(token).uint32(spaced[place] === true ? 1 : 0));
    }
    record.uint32(this.handles.length);
    for (const shape of this.handles) record.uint32(shape);
    record.uint32(this.byKey.size);
    for (const [key, handle] of this.byKey) record.text(key).uint32(handle);
  }

  /** Restores what `serialize` wrote. Throws RangeError for another format or cut bytes. */
  static read(record: RecordReader): LogParser {
    const format = record.uint32();
    if (format !== FORMAT) throw new RangeError(`log templates of format ${format} cannot be read; this is ${FORMAT}`);
    const parser = new LogParser({ mostShapes: record.uint32() });
    parser.joinAt = record.uint32();
    const shapes = record.uint32();
    for (let i = 0; i < shapes; i++) {
      const id = record.text();
      const count = record.float64();
      const length = record.uint32();
      const tokens: string[] = [];
      const spaced: boolean[] = [];
      for (let place = 0; place < length; place++) {
        tokens.push(record.text());
        spaced.push(record.uint32() === 1);
      }
      parser.shapes.push({ tokens, spaced, id, count });
    }
    const handles = record.uint32();
    for (let i = 0; i < handles; i++) parser.handles.push(record.uint32());
    const keys = record.uint32();
    for (let i = 0; i < keys; i++) {
      const key = record.text();
      parser.byKey.set(key, record.uint32());
    }
    return parser;
  }
}

/** A template as one line, with blanks where its first line had them. */
export function textOf(tokens: readonly string[], spaced: readonly boolean[]): string {
  let text = '';
  tokens.forEach((token, place) => (text += place > 0 && spaced[place] === true ? ` ${token}` : token));
  return text;
}
