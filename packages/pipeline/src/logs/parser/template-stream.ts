import { sha256Hex } from '@autoops/digest';
import type { RecordReader, RecordWriter } from '../../binary-record/binary-record.ts';
import { commonTokens, groupShapes, structureOf, withoutRepeatedWildcards } from './group-shapes.ts';
import { CanonicalLine, isDelimiter, lineShape, WILDCARD } from './line-shape.ts';
import { textOf } from './log-parser.ts';
import { withoutPrivateData } from './private-data.ts';

/** Number of the snapshot's layout; another is refused. */
const FORMAT = 1;

/** Bounds of a stream's state, of what one new shape costs and of a line. What was seen longest ago gives way. */
export const STREAM_LIMITS = {
  templates: 500,
  shapes: 1_000,
  shapesOfStructure: 64,
  forms: 10_000,
  characters: 1_000,
} as const;

/** A statement as known so far. The id is that of its first line's shape and never changes; the tokens become more general. */
export interface StreamTemplate {
  readonly id: string;
  readonly tokens: readonly string[];
  readonly spaced: readonly boolean[];
  readonly count: number;
  readonly lastAt: number;
}

interface Known {
  readonly id: string;
  tokens: readonly string[];
  readonly spaced: readonly boolean[];
  /** The tokens with each row of wildcards as one, to find the same at another length. */
  joined: string;
  /** Place in the order of first appearance. */
  readonly order: number;
  count: number;
  lastAt: number;
}

interface Shape {
  readonly key: string;
  readonly tokens: readonly string[];
  readonly template: Known;
  count: number;
  lastAt: number;
}

/**
 * The live form of the parser: says for each line, as it comes, which template it belongs to. What was said of a line never changes:
 * a shape keeps the template it was given, and a shape not seen before joins the oldest template among those that one statement
 * wrote, judged over the shapes of this stream so far. Hence each answer follows from this and earlier lines alone. Memory is bounded.
 */
export class TemplateStream {
  private readonly canonical = new CanonicalLine();
  private readonly templates = new Map<string, Known>();
  private readonly shapes = new Map<string, Shape>();
  /** Shapes by length and delimiters, in the order of their appearance. */
  private readonly structures = new Map<string, Shape[]>();
  /** What lines of a form belong to while no template changes; never part of the state. */
  private readonly forms = new Map<number, { readonly template: Known; readonly shape: Shape | undefined }>();
  private nextOrder = 0;

  /** Counts a line and says its template; `isNew` for the first line of a template. Never throws. */
  add(line: string, atMs: number): { readonly template: StreamTemplate; readonly isNew: boolean } {
    const { hash } = this.canonical.read(beginning(line));
    const remembered = this.forms.get(hash);
    if (remembered !== undefined) return this.seen(remembered.template, remembered.shape, atMs);
    const { tokens, spaced } = lineShape(withoutPrivateData(this.canonical.text()));
    const key = tokens.join(' ');
    const shape = this.shapes.get(key);
    const template = shape?.template ?? this.covering(tokens);
    if (template === undefined) return this.addShape(key, tokens, spaced, atMs);
    if (this.forms.size >= STREAM_LIMITS.forms) this.forms.clear();
    this.forms.set(hash, { template, shape });
    return this.seen(template, shape, atMs);
  }

  private seen(template: Known, shape: Shape | undefined, atMs: number): { template: Known; isNew: false } {
    template.count++;
    template.lastAt = Math.max(template.lastAt, atMs);
    if (shape !== undefined) {
      shape.count++;
      shape.lastAt = Math.max(shape.lastAt, atMs);
    }
    return { template, isNew: false };
  }

  /** The template whose words a new shape has at every place but those known to hold values; of several the one that says most. */
  private covering(tokens: readonly string[]): Known | undefined {
    let best: Known | undefined;
    let most = 0;
    for (const { template } of this.structures.get(structureOf(tokens)) ?? []) {
      if (template === best || template.tokens.length !== tokens.length) continue;
      let words = 0;
      let values = 0;
      const fits = template.tokens.every((token, place) => {
        if (token === WILDCARD) {
          if (tokens[place] !== WILDCARD) values++;
          return true;
        }
        if (!isDelimiter(token)) words++;
        return token === tokens[place];
      });
      // With fewer words than values it says too little to claim a line: the new shape is judged among all.
      if (!fits || words < Math.max(1, values) || words < most) continue;
      if (words === most && best !== undefined && best.order < template.order) continue;
      best = template;
      most = words;
    }
    return best;
  }

  private addShape(
    key: string,
    tokens: readonly string[],
    spaced: readonly boolean[],
    atMs: number,
  ): { template: Known; isNew: boolean } {
    this.makeRoom(structureOf(tokens));
    this.forms.clear();
    const structure = structureOf(tokens);
    const alike = this.structures.get(structure) ?? [];
    const id = sha256Hex(key).slice(0, 12);
    // The shape that a template was made from may have given way, and comes back.
    const known = this.templateAmong(alike, tokens) ?? this.templates.get(id);
    const template = known ?? {
      id,
      tokens,
      spaced,
      joined: withoutRepeatedWildcards(tokens),
      order: this.nextOrder++,
      count: 0,
      lastAt: atMs,
    };
    const shape: Shape = { key, tokens, template, count: 1, lastAt: atMs };
    template.count++;
    template.lastAt = Math.max(template.lastAt, atMs);
    if (template.tokens.length === tokens.length) {
      template.tokens = commonTokens([template, shape]);
      template.joined = withoutRepeatedWildcards(template.tokens);
    }
    this.templates.set(template.id, template);
    this.shapes.set(key, shape);
    this.structures.set(structure, [...alike, shape]);
    return { template, isNew: known === undefined };
  }

  /** The oldest template of the shapes that the grouping puts together with a new one, or one that says the same at another length. */
  private templateAmong(alike: readonly Shape[], tokens: readonly string[]): Known | undefined {
    const candidates = [...alike, { tokens, count: 1 }];
    const group = groupShapes(candidates).find((rows) => rows.includes(alike.length)) ?? [];
    let oldest: Known | undefined;
    for (const row of group) {
      const template = alike[row]?.template;
      if (template !== undefined && (oldest === undefined || template.order < oldest.order)) oldest = template;
    }
    if (oldest !== undefined) return oldest;
    const text = withoutRepeatedWildcards(tokens);
    for (const template of this.templates.values())
      if (
        template.tokens.length !== tokens.length &&
        template.joined === text &&
        (oldest === undefined || template.order < oldest.order)
      )
        oldest = template;
    return oldest;
  }

  /** Makes place for one shape and one template. */
  private makeRoom(structure: string): void {
    while ((this.structures.get(structure)?.length ?? 0) >= STREAM_LIMITS.shapesOfStructure)
      this.forget(leastRecent(this.structures.get(structure) ?? []));
    while (this.shapes.size >= STREAM_LIMITS.shapes || this.templates.size >= STREAM_LIMITS.templates)
      this.forget(leastRecent(this.shapes.values()));
  }

  private forget(shape: Shape | undefined): void {
    if (shape === undefined) return;
    this.forms.clear();
    this.shapes.delete(shape.key);
    const structure = structureOf(shape.tokens);
    const rest = (this.structures.get(structure) ?? []).filter((other) => other !== shape);
    if (rest.length === 0) this.structures.delete(structure);
    else this.structures.set(structure, rest);
    for (const other of this.shapes.values()) if (other.template === shape.template) return;
    this.templates.delete(shape.template.id);
  }

  /** The template with this id, while it is remembered. */
  get(id: string): StreamTemplate | undefined {
    return this.templates.get(id);
  }

  /** How many templates are remembered. */
  get size(): number {
    return this.templates.size;
  }

  /** Writes everything that later lines depend on; equal histories write equal bytes. */
  serialize(record: RecordWriter): void {
    record.uint32(FORMAT).uint32(this.nextOrder).uint32(this.templates.size);
    for (const { id, tokens, spaced, order, count, lastAt } of this.templates.values()) {
      record.text(id).uint32(order).float64(count).float64(lastAt).uint32(tokens.length);
      tokens.forEach((token, place) => record.text(token).uint32(spaced[place] === true ? 1 : 0));
    }
    record.uint32(this.shapes.size);
    for (const { tokens, template, count, lastAt } of this.shapes.values()) {
      record.text(template.id).float64(count).float64(lastAt).uint32(tokens.length);
      for (const token of tokens) record.text(token);
    }
  }

  /** Restores what `serialize` wrote. Throws RangeError for another format, cut bytes or bytes that contradict themselves. */
  static read(record: RecordReader): TemplateStream {
    const format = record.uint32();
    if (format !== FORMAT) throw new RangeError(`log templates of format ${format} cannot be read; this is ${FORMAT}`);
    const stream = new TemplateStream();
    stream.nextOrder = record.uint32();
    for (let left = record.uint32(); left > 0; left--) {
      const id = record.text();
      const order = record.uint32();
      const count = record.float64();
      const lastAt = record.float64();
      const tokens: string[] = [];
      const spaced: boolean[] = [];
      for (let places = record.uint32(); places > 0; places--) {
        tokens.push(record.text());
        spaced.push(record.uint32() === 1);
      }
      stream.templates.set(id, { id, tokens, spaced, joined: withoutRepeatedWildcards(tokens), order, count, lastAt });
    }
    for (let left = record.uint32(); left > 0; left--) {
      const template = stream.templates.get(record.text());
      if (template === undefined) throw new RangeError('log templates: a shape belongs to no template');
      const count = record.float64();
      const lastAt = record.float64();
      const tokens = Array.from({ length: record.uint32() }, () => record.text());
      const shape: Shape = { key: tokens.join(' '), tokens, template, count, lastAt };
      stream.shapes.set(shape.key, shape);
      const structure = structureOf(tokens);
      const alike = stream.structures.get(structure);
      if (alike === undefined) stream.structures.set(structure, [shape]);
      else alike.push(shape);
    }
    return stream;
  }
}

/** As much of a line as is read, cut between words. */
function beginning(line: string): string {
  const { characters } = STREAM_LIMITS;
  if (line.length <= characters) return line;
  const blank = line.lastIndexOf(' ', characters);
  return line.slice(0, blank > 0 ? blank : characters);
}

/** The shape seen longest ago; the one a template was made from counts as seen with the template. Of several the first. */
function leastRecent(shapes: Iterable<Shape>): Shape | undefined {
  let oldest: Shape | undefined;
  let oldestAt = Number.POSITIVE_INFINITY;
  const firsts = new Set<Known>();
  for (const shape of shapes) {
    const isFirst = !firsts.has(shape.template);
    firsts.add(shape.template);
    const at = isFirst ? shape.template.lastAt : shape.lastAt;
    if (at >= oldestAt) continue;
    oldest = shape;
    oldestAt = at;
  }
  return oldest;
}

/** A template as one line. */
export function templateText({ tokens, spaced }: Pick<StreamTemplate, 'tokens' | 'spaced'>): string {
  return textOf(tokens, spaced);
}
