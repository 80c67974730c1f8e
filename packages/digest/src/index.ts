export { canonicalJson, CanonicalJsonError, parseStrictJson } from './canonical-json.ts';
export { digestOf, sha256Bytes, sha256Hex, uuidV5 } from './digest.ts';
export { inclusionProof, leafHash, merkleRoot, verifyInclusion } from './merkle.ts';
