/** Immutable objects addressed by the SHA-256 of their bytes. */
export interface ObjectStore {
  /** Stores and returns the address; storing the same bytes again is harmless. */
  put(bytes: Uint8Array, contentType: string): Promise<{ readonly sha256: string; readonly uri: string }>;
  get(sha256: string): Promise<Uint8Array | undefined>;
}
