import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { channelContext, sealerOf } from './sealer.ts';

const key = () => generateKeyPairSync('ed25519').privateKey;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const HERE = channelContext('w', 'c');

describe('a sealed secret', () => {
  it('opens with the same key where it belongs, also after a restart, and never looks the same twice', () => {
    const own = key();
    const sealed = sealerOf(own).seal(SECRET, HERE);
    expect(sealed).not.toContain(SECRET.slice(6));
    expect(sealed).toMatch(/^sealed\.v1\./);
    expect(sealerOf(own).open(sealed, HERE)).toBe(SECRET);
    expect(sealerOf(own).seal(SECRET, HERE)).not.toBe(sealed);
  });
  it('does not open elsewhere, with another key, or changed', () => {
    const sealer = sealerOf(key());
    const sealed = sealer.seal(SECRET, HERE);
    const flipped = sealed.slice(0, -1) + (sealed.endsWith('A') ? 'Q' : 'A');
    expect(() => sealer.open(sealed, channelContext('w', 'other'))).toThrow('another key');
    expect(() => sealerOf(key()).open(sealed, HERE)).toThrow('another key');
    for (const changed of [flipped, 'sealed.v1.', 'sealed.v1.AAAA'])
      expect(() => sealer.open(changed, HERE)).toThrow('another key');
  });
  it('may be one that was stored before there was a seal', () => {
    expect(sealerOf(key()).open(SECRET, HERE)).toBe(SECRET);
  });
});
