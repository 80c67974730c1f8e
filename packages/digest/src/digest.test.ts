import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  CanonicalJsonError,
  digestOf,
  inclusionProof,
  leafHash,
  merkleRoot,
  parseStrictJson,
  sha256Hex,
  uuidV5,
  verifyInclusion,
} from './index.ts';

const text = new TextEncoder();

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 section 3.2.3 to the byte', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['a non-finite number', { a: Number.NaN }, '/a'],
    ['an integer beyond 2^53', [2 ** 60], '/0'],
    ['a lone surrogate', { 'a/b': '\ud800' }, '/a~1b'],
    ['a date', { at: new Date(0) }, '/at'],
  ])('refuses %s and names the place', (_case, value, path) => {
    expect(() => canonicalJson(value)).toThrow(CanonicalJsonError);
    expect(() => canonicalJson(value)).toThrow(path);
  });

  it('gives one digest whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (record) => {
        expect(digestOf(Object.fromEntries(Object.entries(record).reverse()))).toBe(digestOf(record));
      }),
    );
  });
});

describe('parseStrictJson', () => {
  it('refuses duplicate keys with their place, also when escaped differently', () => {
    expect(() => parseStrictJson('{"a":1,\n "\\u0061":2}')).toThrow('duplicate key "a" at line 2, column 2');
  });
  it('refuses documents nested deeper than 64', () => {
    expect(() => parseStrictJson('['.repeat(65) + ']'.repeat(65))).toThrow('nested deeper');
  });
  it('parses what JSON.parse parses', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const written = JSON.stringify(value);
        expect(JSON.stringify(parseStrictJson(written))).toBe(JSON.stringify(JSON.parse(written)));
      }),
    );
  });
});

describe('digests', () => {
  it('knows SHA-256 of the empty string (FIPS 180-4)', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
  it('separates the parts of a UUIDv5', () => {
    expect(uuidV5('a', 'bc')).not.toBe(uuidV5('ab', 'c'));
    expect(uuidV5('a', 'b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('Merkle tree', () => {
  it('proves every leaf of every size, and no leaf elsewhere', () => {
    for (let size = 1; size <= 17; size++) {
      const leaves = Array.from({ length: size }, (_, index) => leafHash(text.encode(`entry ${index}`)));
      const root = merkleRoot(leaves);
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(leaves, index);
        const leaf = leaves[index] ?? '';
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
        expect(verifyInclusion(leafHash(text.encode('forged')), index, size, proof, root)).toBe(false);
        if (size > 1) expect(verifyInclusion(leaf, (index + 1) % size, size, proof, root)).toBe(false);
      }
    }
  });
});
