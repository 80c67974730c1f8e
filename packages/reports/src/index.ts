export { attest, bundleBytes, type Attestation, type BundleSigner } from './bundle/attestation.ts';
export {
  BUNDLE_API_VERSION,
  BUNDLE_CONTENT_TYPE,
  bundleDigests,
  bundleDocument,
  type BundleDocument,
  type BundleInput,
} from './bundle/document.ts';
export { verifyBundle, type BundleVerdict } from './bundle/verify.ts';
export { buildBrief } from './brief/brief.ts';
export type { BriefInput } from './brief/brief-input.ts';
export { curvesOf } from './brief/curves.ts';
export { briefContent, pageOneSaid, saidIn, type BriefContent } from './brief/content.ts';
export { textOf, type Said } from './brief/said.ts';
