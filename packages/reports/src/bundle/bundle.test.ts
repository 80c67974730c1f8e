import { generateKeyPairSync, sign } from 'node:crypto';
import { digestOf, leafHash } from '@autoops/digest';
import { describe, expect, it } from 'vitest';
import { attest, bundleBytes, type BundleSigner } from './attestation.ts';
import { bundleDigests, bundleDocument } from './document.ts';
import { aBundleInput } from '../record.fixture.ts';
import { verifyBundle } from './verify.ts';

function aSigner(): BundleSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    keyId: 'test-key',
    sign: async (bytes) => sign(null, bytes, privateKey),
    publicKeyPem: () => publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

async function aBundle(signer = aSigner()): Promise<string> {
  const document = bundleDocument(aBundleInput());
  return new TextDecoder().decode(bundleBytes(document, await attest(document, 'd'.repeat(64), signer)));
}

describe('bundle', () => {
  it('verifies, says that its key is unpinned, and gives the same bytes for the same record', async () => {
    const signer = aSigner();
    const text = await aBundle(signer);
    expect(verifyBundle(text)).toMatchObject({
      ok: true,
      keyId: 'test-key',
      pinned: false,
      evidence: 2,
      auditEntries: 2,
    });
    expect(verifyBundle(text, { pinnedKeyPem: signer.publicKeyPem() })).toMatchObject({ ok: true, pinned: true });
    expect(await aBundle(signer)).toBe(text);
  });

  it('prints no rollback token', async () => {
    expect(await aBundle()).not.toContain('secret-token');
  });

  it('refuses another key than the pinned one', async () => {
    expect(verifyBundle(await aBundle(), { pinnedKeyPem: aSigner().publicKeyPem() })).toEqual({
      ok: false,
      firstBad: 'attestation',
      why: 'it was not signed by the pinned key',
    });
  });

  it.each([
    [
      'a section',
      (text: string) => text.replace('"title": "checkout attempt error ratio"', '"title": "nothing happened"'),
      'section incident',
    ],
    [
      'evidence',
      (text: string) => text.replace('"observed": 0.62', '"observed": 0.01'),
      /section signals|section anomalies/,
    ],
    [
      'the data of one piece of evidence',
      (text: string) => text.replace('"fact": "one"', '"fact": "two"'),
      'evidence E1',
    ],
    ['an audit entry', (text: string) => text.replace('incident opened', 'incident 0pened'), 'audit entry 1'],
    [
      'a duplicate key',
      (text: string) =>
        text.replace('"kind": "IncidentBundle",', '"kind": "IncidentBundle", "kind": "IncidentBundle",'),
      'the document',
    ],
    ['a cut tail', (text: string) => text.slice(0, -20), 'the document'],
    [
      'a removed section',
      (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), controls: undefined }),
      'section controls',
    ],
    [
      'an added section',
      (text: string) => JSON.stringify({ extra: 1, ...(JSON.parse(text) as object) }),
      'section extra',
    ],
    [
      'no attestation',
      (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), attestation: undefined }),
      'attestation',
    ],
  ])('names the first bad item: %s', async (_case, change, firstBad) => {
    const text = await aBundle();
    const changed = change(text);
    expect(changed).not.toBe(text);
    const verdict = verifyBundle(changed);
    expect(verdict).toMatchObject({
      ok: false,
      firstBad,
    });
  });

  it('names the entry when a whole section was changed with its own digests', async () => {
    const document = JSON.parse(await aBundle()) as { evidence: { data: unknown; sha256: string }[] };
    const [first] = document.evidence;
    if (first) Object.assign(first, { data: { fact: 'forged' }, sha256: digestOf({ fact: 'forged' }) });
    expect(verifyBundle(JSON.stringify(document))).toMatchObject({ ok: false, firstBad: 'section evidence' });
  });

  it('covers every section by a digest', () => {
    const document = bundleDocument(aBundleInput());
    expect(Object.keys(bundleDigests(document).sections)).toEqual(Object.keys(document));
    expect(document.audit.root).toHaveLength(64);
    expect(document.audit.entries[0]?.hash).toBe(
      leafHash(new TextEncoder().encode(document.audit.entries[0]?.text ?? '')),
    );
  });
});
