export { canonicalJson, CanonicalJsonError, parseStrictJson } from './canonical-json.ts';
export { checkpointNote, checkpointText, readCheckpointNote, type TreeHead } from './checkpoint-note.ts';
export { digestOf, sha256Bytes, sha256Hex, uuidV5 } from './digest.ts';
export { inclusionProof, leafHash, merkleRoot, verifyInclusion } from './merkle.ts';
