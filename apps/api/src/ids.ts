import { randomBytes } from 'node:crypto';
import type { Clock, IdGenerator } from '@autoops/pipeline/ports';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date(), monotonicMs: () => performance.now() };

/** UUIDv7 (RFC 9562): 48 bits of milliseconds, then random, so that rows of one time lie together in an index. */
export const uuidV7: IdGenerator = {
  uuid() {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};
