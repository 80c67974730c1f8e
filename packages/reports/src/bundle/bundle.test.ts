import { generateKeyPairSync, sign } from 'node:crypto';
import { digestOf, leafHash, sha256Hex } from '@autoops/digest';
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

/** The bundle with other entries in its audit section. */
function withAudit(text: string, change: (entries: unknown[]) => unknown[]): string {
  const document = JSON.parse(text) as { audit: { entries: unknown[] } };
  document.audit.entries = change(document.audit.entries);
  return JSON.stringify(document);
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
    [
      'an audit entry that was removed at the end',
      (text: string) => withAudit(text, (entries) => entries.slice(0, -1)),
      'audit entry 3',
    ],
    [
      'an audit entry that was removed at the start',
      (text: string) => withAudit(text, (entries) => entries.slice(1)),
      'audit entry 1',
    ],
    [
      'two audit entries in another order',
      (text: string) => withAudit(text, (entries) => entries.toReversed()),
      'audit entry 1',
    ],
    [
      'a second copy of an audit entry',
      (text: string) => withAudit(text, (entries) => [...entries, ...entries]),
      'audit entry 1',
    ],
    [
      'another signature',
      (text: string) => text.replace(/"sig": "(.)/, (_all, first: string) => `"sig": "${first === 'A' ? 'B' : 'A'}`),
      'attestation',
    ],
    [
      'another signed statement',
      (text: string) =>
        text.replace(
          /"payload": "(.{40})(.)/,
          (_all, head: string, one: string) => `"payload": "${head}${one === 'A' ? 'B' : 'A'}`,
        ),
      'attestation',
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

  it('refuses another brief than the signed one', async () => {
    const brief = new TextEncoder().encode('%PDF-1.7 the brief');
    const signer = aSigner();
    const document = bundleDocument(aBundleInput());
    const text = new TextDecoder().decode(bundleBytes(document, await attest(document, sha256Hex(brief), signer)));
    expect(verifyBundle(text, { brief })).toMatchObject({ ok: true, briefSha256: sha256Hex(brief) });
    const changed = Uint8Array.from(brief);
    changed[3] = (changed[3] ?? 0) ^ 1;
    expect(verifyBundle(text, { brief: changed })).toMatchObject({ ok: false, firstBad: 'brief.pdf' });
  });

  it('finds every changed byte of 200 anywhere in the document', async () => {
    const text = await aBundle();
    for (let n = 0; n < 200; n++) {
      const at = Math.floor((text.length * (n + 0.5)) / 200);
      const other = text[at] === 'x' ? 'y' : 'x';
      // White space between members is no content.
      if (/\s/.test(text[at] ?? '')) continue;
      expect(verifyBundle(`${text.slice(0, at)}${other}${text.slice(at + 1)}`), `byte ${at}`).toMatchObject({
        ok: false,
      });
    }
  });

  it('lists what was redacted in it, by hook and place', () => {
    const input = aBundleInput();
    const [anomaly] = input.anomalies;
    if (anomaly === undefined) throw new Error('no anomaly');
    const context = { ...anomaly.context, sampleLog: 'login of [redacted:email] with [redacted:secret] failed' };
    const { redactions } = bundleDocument({ ...input, anomalies: [{ ...anomaly, context }] });
    expect(redactions).toEqual([
      { hook: 'email', field: 'anomalies.context.sampleLog', count: 1 },
      { hook: 'secret', field: 'anomalies.context.sampleLog', count: 1 },
    ]);
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
