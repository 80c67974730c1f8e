/** Ed25519 signatures for rollback tokens, bundles and audit checkpoints. */
export interface Signer {
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  verify(bytes: Uint8Array, signature: Uint8Array, keyId: string): Promise<boolean>;
  /** SubjectPublicKeyInfo in PEM. */
  publicKeyPem(): string;
}
