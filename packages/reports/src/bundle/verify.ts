import { createPublicKey, verify as verifySignature } from 'node:crypto';
import {
  CanonicalJsonError,
  digestOf,
  leafHash,
  merkleRoot,
  parseStrictJson,
  sha256Hex,
  verifyInclusion,
} from '@autoops/digest';
import { z } from 'zod';
import { preAuthenticationEncoding, type Statement } from './attestation.ts';
import { bundleDigests } from './document.ts';

const Envelope = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })).min(1),
  publicKey: z.string(),
});
const StatementShape = z.object({
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
});
const AuditShape = z.object({
  firstSeq: z.number(),
  lastSeq: z.number(),
  size: z.number(),
  root: z.string(),
  entries: z.array(z.object({ seq: z.number(), text: z.string(), hash: z.string(), proof: z.array(z.string()) })),
});
const EvidenceShape = z.array(z.object({ id: z.string(), sha256: z.string(), data: z.unknown() }));

export type BundleVerdict =
  | {
      readonly ok: true;
      readonly keyId: string;
      readonly pinned: boolean;
      readonly sections: number;
      readonly evidence: number;
      readonly auditEntries: number;
      readonly documentSha256: string;
      readonly briefSha256: string | undefined;
    }
  | { readonly ok: false; readonly firstBad: string; readonly why: string };

const bad = (firstBad: string, why: string): BundleVerdict => ({ ok: false, firstBad, why });

/** The first entry inside a section that does not hold by itself, as `evidence E7` or `audit entry 42`. */
function firstBadEntry(name: string, section: unknown): BundleVerdict | undefined {
  if (name === 'evidence') {
    const items = EvidenceShape.safeParse(section);
    if (!items.success) return bad('evidence', 'it has not the form of evidence');
    const wrong = items.data.find((item) => digestOf(item.data) !== item.sha256);
    return wrong && bad(`evidence ${wrong.id}`, 'its data does not give its SHA-256');
  }
  if (name === 'audit') {
    const audit = AuditShape.safeParse(section);
    if (!audit.success) return bad('audit', 'it has not the form of an audit section');
    const encoder = new TextEncoder();
    const { entries, firstSeq, lastSeq } = audit.data;
    let before = 0;
    for (const entry of entries) {
      if (entry.seq <= before) return bad(`audit entry ${entry.seq}`, 'it stands out of order or twice');
      before = entry.seq;
      if (leafHash(encoder.encode(entry.text)) !== entry.hash)
        return bad(`audit entry ${entry.seq}`, 'its text does not give its hash');
      if (!verifyInclusion(entry.hash, entry.seq - 1, audit.data.size, entry.proof, audit.data.root))
        return bad(`audit entry ${entry.seq}`, 'its proof does not lead to the root of the log');
    }
    if ((entries[0]?.seq ?? 0) !== firstSeq) return bad(`audit entry ${firstSeq}`, 'it is the first and is missing');
    if ((entries.at(-1)?.seq ?? 0) !== lastSeq)
      return bad(`audit entry ${lastSeq}`, 'it is the last and is missing: the end was cut off');
    if (audit.data.size === 0 && audit.data.root !== merkleRoot([]))
      return bad('audit', 'an empty log has another root');
  }
  return undefined;
}

function readEnvelope(document: Record<string, unknown>): z.infer<typeof Envelope> | undefined {
  const envelope = Envelope.safeParse(document['attestation']);
  return envelope.success ? envelope.data : undefined;
}

/**
 * Verifies `bundle.json` offline: form, signature, every section against the signed digests, every piece of evidence and every audit
 * entry. Names the first bad section or entry. Without `pinnedKeyPem` the key inside the bundle is used, and the verdict says so.
 */
export function verifyBundle(
  text: string,
  options: { readonly pinnedKeyPem?: string; readonly brief?: Uint8Array } = {},
): BundleVerdict {
  let document: Record<string, unknown>;
  try {
    document = z.record(z.string(), z.unknown()).parse(parseStrictJson(text));
  } catch (error) {
    return bad(
      'the document',
      error instanceof CanonicalJsonError || error instanceof SyntaxError ? error.message : 'it is not a JSON object',
    );
  }
  const envelope = readEnvelope(document);
  if (!envelope) return bad('attestation', 'it is missing or has not the form of a DSSE envelope');
  const payload = Buffer.from(envelope.payload, 'base64');
  const [signature] = envelope.signatures;
  try {
    const key = createPublicKey(options.pinnedKeyPem ?? envelope.publicKey);
    if (
      !signature ||
      !verifySignature(
        null,
        preAuthenticationEncoding(envelope.payloadType, payload),
        key,
        Buffer.from(signature.sig, 'base64'),
      )
    )
      return bad(
        'attestation',
        options.pinnedKeyPem === undefined ? 'its signature does not hold' : 'it was not signed by the pinned key',
      );
  } catch {
    return bad('attestation', 'its key cannot be read');
  }
  let statement: Pick<Statement, 'subject'>;
  try {
    statement = StatementShape.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    return bad('attestation', 'its statement cannot be read');
  }
  const signed = new Map(statement.subject.map((subject) => [subject.name, subject.digest.sha256]));
  const digests = bundleDigests(document);
  for (const [name, digest] of Object.entries(digests.sections)) {
    const expected = signed.get(`section:${name}`);
    if (expected === undefined) return bad(`section ${name}`, 'it is not among the signed ones');
    if (expected !== digest)
      return firstBadEntry(name, document[name]) ?? bad(`section ${name}`, 'its digest differs from the signed one');
    const entry = firstBadEntry(name, document[name]);
    if (entry) return entry;
  }
  const missing = [...signed.keys()].find(
    (name) => name.startsWith('section:') && !(name.slice('section:'.length) in document),
  );
  if (missing !== undefined) return bad(`section ${missing.slice('section:'.length)}`, 'it was signed and is missing');
  if (signed.get('bundle') !== digests.document) return bad('the document', 'its digest differs from the signed one');
  if (options.brief && sha256Hex(options.brief) !== signed.get('brief.pdf'))
    return bad('brief.pdf', 'its digest differs from the signed one');
  const audit = AuditShape.safeParse(document['audit']);
  const evidence = EvidenceShape.safeParse(document['evidence']);
  return {
    ok: true,
    keyId: signature.keyid,
    pinned: options.pinnedKeyPem !== undefined,
    sections: Object.keys(digests.sections).length,
    evidence: evidence.success ? evidence.data.length : 0,
    auditEntries: audit.success ? audit.data.entries.length : 0,
    documentSha256: digests.document,
    briefSha256: signed.get('brief.pdf'),
  };
}
