import { sha256Hex } from '@autoops/digest';
import type { RecordReader, RecordWriter } from '../binary-record/binary-record.ts';
import { maskedTokens } from './masks.ts';

const WILDCARD = '<*>';
/** Words after the length that lead through the tree, before similarity decides. */
const DEPTH = 3;
const SIMILARITY = 0.6;
const MAX_TOKENS = 40;
/** Templates per shard; the one seen longest ago gives way. */
const MAX_TEMPLATES = 500;

/** A group of log lines that one statement wrote. The id is that of its first line's masked words and never changes. */
export interface LogTemplate {
  readonly id: string;
  tokens: string[];
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Online template miner: a tree of fixed depth over the number of words and the first ones, then the most similar group (after Drain, He et al. 2017). */
export class TemplateMiner {
  private readonly leaves = new Map<string, LogTemplate[]>();
  private readonly byId = new Map<string, LogTemplate>();

  /** Finds or makes the template of a line and counts it. `isNew` on the first line of a template. */
  add(body: string, atMs: number): { readonly template: LogTemplate; readonly isNew: boolean } {
    const tokens = maskedTokens(body).slice(0, MAX_TOKENS);
    const leafKey = this.leafKey(tokens);
    const leaf = this.leaves.get(leafKey) ?? [];
    let best: LogTemplate | undefined;
    let bestShare = SIMILARITY;
    for (const template of leaf) {
      const share = similarity(template.tokens, tokens);
      if (share > bestShare || (share === bestShare && best === undefined)) {
        best = template;
        bestShare = share;
      }
    }
    if (best !== undefined) {
      best.count++;
      best.lastAt = Math.max(best.lastAt, atMs);
      for (let i = 0; i < tokens.length; i++) if (best.tokens[i] !== tokens[i]) best.tokens[i] = WILDCARD;
      return { template: best, isNew: false };
    }
    const template: LogTemplate = {
      id: sha256Hex(tokens.join(' ')).slice(0, 12),
      tokens,
      count: 1,
      firstAt: atMs,
      lastAt: atMs,
    };
    if (this.byId.size >= MAX_TEMPLATES) this.forgetOldest();
    this.byId.set(template.id, template);
    leaf.push(template);
    this.leaves.set(leafKey, leaf);
    return { template, isNew: true };
  }

  private leafKey(tokens: readonly string[]): string {
    const words = tokens.slice(0, DEPTH).map((token) => (/[\d<]/.test(token) ? WILDCARD : token));
    return `${tokens.length}/${words.join(' ')}`;
  }

  private forgetOldest(): void {
    let oldest: LogTemplate | undefined;
    for (const template of this.byId.values()) {
      if (
        oldest === undefined ||
        template.lastAt < oldest.lastAt ||
        (template.lastAt === oldest.lastAt && template.id < oldest.id)
      )
        oldest = template;
    }
    if (oldest === undefined) return;
    this.byId.delete(oldest.id);
    for (const [key, leaf] of this.leaves) {
      const rest = leaf.filter((template) => template !== oldest);
      if (rest.length === 0) this.leaves.delete(key);
      else if (rest.length < leaf.length) this.leaves.set(key, rest);
    }
  }

  /** The templates in order of their ids. */
  templates(): LogTemplate[] {
    return [...this.byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  serialize(record: RecordWriter): void {
    const leaves = [...this.leaves.keys()].sort();
    record.uint32(leaves.length);
    for (const key of leaves) {
      const leaf = this.leaves.get(key) as LogTemplate[];
      record.text(key).uint32(leaf.length);
      for (const { id, tokens, count, firstAt, lastAt } of leaf) {
        record.text(id).text(tokens.join('\n')).uint32(count).float64(firstAt).float64(lastAt);
      }
    }
  }

  static read(record: RecordReader): TemplateMiner {
    const miner = new TemplateMiner();
    const leaves = record.uint32();
    for (let l = 0; l < leaves; l++) {
      const key = record.text();
      const leaf: LogTemplate[] = [];
      const size = record.uint32();
      for (let i = 0; i < size; i++) {
        const id = record.text();
        const joined = record.text();
        const template = {
          id,
          tokens: joined === '' ? [] : joined.split('\n'),
          count: record.uint32(),
          firstAt: record.float64(),
          lastAt: record.float64(),
        };
        leaf.push(template);
        miner.byId.set(id, template);
      }
      miner.leaves.set(key, leaf);
    }
    return miner;
  }
}

function similarity(template: readonly string[], tokens: readonly string[]): number {
  if (template.length !== tokens.length) return 0;
  if (tokens.length === 0) return 1;
  let same = 0;
  for (let i = 0; i < tokens.length; i++) if (template[i] === tokens[i] || template[i] === WILDCARD) same++;
  return same / tokens.length;
}

/** A template as one line. */
export function templateText(template: Pick<LogTemplate, 'tokens'>): string {
  return template.tokens.join(' ');
}
