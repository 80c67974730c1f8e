import { sha256Hex } from '@autoops/digest';
import type { ObjectStore } from '@autoops/pipeline/ports';
import { describe, expect, it } from 'vitest';

/** What every object store does; the file store and the S3 store both pass it. */
export function objectStoreConformance(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} as an object store`, () => {
    const bytes = new TextEncoder().encode('a brief');

    it('gives back what was put, under the SHA-256 of its bytes', async () => {
      const store = await open();
      const { sha256, uri } = await store.put(bytes, 'text/plain');
      expect(sha256).toBe(sha256Hex(bytes));
      expect(uri).toContain(sha256);
      expect(await store.get(sha256)).toEqual(bytes);
    });

    it('takes the same bytes twice, and empty ones', async () => {
      const store = await open();
      expect(await store.put(bytes, 'text/plain')).toEqual(await store.put(bytes, 'text/plain'));
      const { sha256 } = await store.put(new Uint8Array(), 'text/plain');
      expect(await store.get(sha256)).toEqual(new Uint8Array());
    });

    it('knows nothing of what was never put, nor of what is no address', async () => {
      const store = await open();
      expect(await store.get('0'.repeat(64))).toBeUndefined();
      for (const address of ['', '..', '../../etc/passwd', 'A'.repeat(64)])
        expect(await store.get(address)).toBeUndefined();
    });
  });
}
