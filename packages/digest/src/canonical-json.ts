import serialize from 'canonicalize';
import { visit } from 'jsonc-parser';

const MAX_DEPTH = 64;

/** A value or text that has no single canonical form; `path` names the place. */
export class CanonicalJsonError extends Error {
  readonly path: string;

  constructor(message: string, path: string) {
    super(`${message} at ${path === '' ? 'the document' : path}`);
    this.name = 'CanonicalJsonError';
    this.path = path;
  }
}

function assertCanonical(value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new CanonicalJsonError(`nested deeper than ${MAX_DEPTH}`, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new CanonicalJsonError('a number that is not finite', path);
    if (Number.isInteger(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER)
      throw new CanonicalJsonError('an integer beyond 2^53', path);
    return;
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new CanonicalJsonError('a lone surrogate', path);
    return;
  }
  if (value === null || typeof value === 'boolean') return;
  if (typeof value !== 'object') throw new CanonicalJsonError(`a ${typeof value}`, path);
  if (Array.isArray(value)) {
    value.forEach((item, index) => assertCanonical(item, `${path}/${index}`, depth + 1));
    return;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
    throw new CanonicalJsonError(`an instance of ${value.constructor.name}`, path);
  for (const [key, item] of Object.entries(value)) {
    if (!key.isWellFormed()) throw new CanonicalJsonError('a lone surrogate in a key', path);
    if (item !== undefined)
      assertCanonical(item, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1);
  }
}

/**
 * The RFC 8785 (JCS) text of a JSON value; members that are `undefined` are left out. Throws `CanonicalJsonError` with a JSON
 * pointer for what has no canonical form: non-finite numbers, integers beyond 2^53, lone surrogates, depth over 64, non-JSON types.
 */
export function canonicalJson(value: unknown): string {
  assertCanonical(value, '', 0);
  const text = serialize(value);
  if (text === undefined) throw new CanonicalJsonError('nothing to serialise', '');
  return text;
}

/** Parses JSON text and, unlike `JSON.parse`, refuses duplicate keys and depth over 64. Throws `CanonicalJsonError` or `SyntaxError`. */
export function parseStrictJson(text: string): unknown {
  const scopes: Set<string>[] = [];
  let depth = 0;
  const enter = (): void => {
    if (++depth > MAX_DEPTH) throw new CanonicalJsonError(`nested deeper than ${MAX_DEPTH}`, '');
  };
  const value: unknown = JSON.parse(text);
  visit(text, {
    onObjectBegin: () => {
      enter();
      scopes.push(new Set());
    },
    onObjectEnd: () => {
      depth--;
      scopes.pop();
    },
    onArrayBegin: enter,
    onArrayEnd: () => {
      depth--;
    },
    onObjectProperty: (property, _offset, _length, line, character) => {
      const scope = scopes.at(-1);
      if (scope?.has(property))
        throw new CanonicalJsonError(`duplicate key "${property}"`, `line ${line + 1}, column ${character + 1}`);
      scope?.add(property);
    },
  });
  return value;
}
