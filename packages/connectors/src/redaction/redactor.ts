import { HOOKS, SECRET_NAME, type Json, type Redaction } from '@autoops/contracts';

/** One test that lets most texts through untouched: none of the hooks can match without one of these. */
const ANY_HINT = new RegExp(HOOKS.map((hook) => hook.hint.source).join('|'), 'i');
const DEEPEST = 64;

/**
 * Replaces secrets, e-mail addresses and card numbers before anything is stored, queued or hashed, and counts what it replaced by
 * hook and field; the values themselves are kept nowhere. One redactor a batch.
 */
export class Redactor {
  /** How many times something was replaced. */
  count = 0;
  readonly #counts = new Map<string, { readonly hook: string; readonly field: string; count: number }>();

  /** The text without what the hooks find, and without NUL and lone surrogates, which PostgreSQL cannot store. */
  text(field: string, value: string): string {
    const clean = storable(value);
    if (!ANY_HINT.test(clean)) return clean;
    let result = clean;
    for (const hook of HOOKS) {
      if (!hook.hint.test(result)) continue;
      result = result.replace(hook.pattern, (match: string, ...rest: unknown[]) => {
        const groups = rest.filter(
          (part): part is string | undefined => typeof part === 'string' || part === undefined,
        );
        const replacement = hook.replace(match, groups);
        if (replacement === undefined) return match;
        this.#count(hook.name, field);
        return replacement;
      });
    }
    return result;
  }

  /** Labels with redacted values; a label that is named like a secret loses its whole value. Names are kept. */
  labels(field: string, labels: Readonly<Record<string, string>>): Record<string, string> {
    const result: Record<string, string> = {};
    for (const [name, value] of Object.entries(labels))
      result[storable(name)] = this.#named(`${field}.${name}`, name, value);
    return result;
  }

  /** A JSON value with every string in it redacted; keys are kept. Deeper than 64 levels becomes null. */
  json(field: string, value: Json, depth = 0): Json {
    if (typeof value === 'string') return this.text(field, value);
    if (value === null || typeof value !== 'object') return value;
    if (depth >= DEEPEST) return null;
    if (Array.isArray(value)) return value.map((item) => this.json(field, item, depth + 1));
    const result: Record<string, Json> = {};
    for (const [name, item] of Object.entries(value)) {
      result[storable(name)] =
        typeof item === 'string'
          ? this.#named(`${field}.${name}`, name, item)
          : this.json(`${field}.${name}`, item, depth + 1);
    }
    return result;
  }

  /** What was replaced so far, by hook and field. */
  redactions(): readonly Redaction[] {
    return [...this.#counts.values()].map((entry) => ({ ...entry }));
  }

  #named(field: string, name: string, value: string): string {
    if (value === '' || !SECRET_NAME.test(name)) return this.text(field, value);
    this.#count('secret', field);
    return '[redacted:secret]';
  }

  #count(hook: string, field: string): void {
    this.count += 1;
    const key = `${hook} ${field}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { hook, field, count: 1 });
    else known.count += 1;
  }
}

/** One text through the hooks, for callers without a batch: step output, error messages. */
export function redactText(value: string): { readonly text: string; readonly redactions: readonly Redaction[] } {
  const redactor = new Redactor();
  const text = redactor.text('text', value);
  return { text, redactions: redactor.redactions() };
}

function storable(value: string): string {
  const wellFormed = value.isWellFormed() ? value : value.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}
