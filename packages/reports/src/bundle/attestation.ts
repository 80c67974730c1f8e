import { bundleDigests, type BundleDocument } from './document.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** What signs: the product's Ed25519 key. */
export interface BundleSigner {
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  publicKeyPem(): string;
}

/** DSSE envelope over an in-toto statement, with the public key for readers who have not pinned one. */
export interface Attestation {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
  readonly publicKey: string;
}

export interface Statement {
  readonly _type: string;
  readonly predicateType: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicate: { readonly incidentVersion: number };
}

/** DSSE v1 pre-authentication encoding (secure-systems-lab/dsse, protocol.md). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `),
    payload,
  ]);
}

/** Signs the digests of the document, of each of its sections and of the brief; Ed25519 is deterministic, so equal input gives equal bytes. */
export async function attest(document: BundleDocument, pdfSha256: string, signer: BundleSigner): Promise<Attestation> {
  const digests = bundleDigests(document);
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://autoops.dev/incident-bundle/v1',
    subject: [
      { name: 'bundle', digest: { sha256: digests.document } },
      ...Object.entries(digests.sections).map(([name, sha256]) => ({ name: `section:${name}`, digest: { sha256 } })),
      { name: 'brief.pdf', digest: { sha256: pdfSha256 } },
    ],
    predicate: { incidentVersion: document.incident.version },
  };
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: signer.keyId, sig: Buffer.from(signature).toString('base64') }],
    publicKey: signer.publicKeyPem(),
  };
}

/** The bytes of `bundle.json`: the document with `attestation` as its last member. */
export function bundleBytes(document: BundleDocument, attestation: Attestation): Uint8Array {
  return Buffer.from(`${JSON.stringify({ ...document, attestation }, null, 2)}\n`);
}
