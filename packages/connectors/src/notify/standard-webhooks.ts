import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 300;

/** The bytes of a Standard Webhooks secret: base64 after `whsec_`. Throws when it is shorter than 24 bytes or longer than 64. */
export function secretBytes(secret: string): Buffer {
  const bytes = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  if (bytes.length < 24 || bytes.length > 64)
    throw new Error('A webhook secret is whsec_ and 24 to 64 bytes in base64.');
  return bytes;
}

/** The `webhook-signature` of a message: `v1,` and HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0). */
export function signWebhook(secret: string, id: string, timestampSeconds: number, body: string): string {
  return `v1,${createHmac('sha256', secretBytes(secret)).update(`${id}.${timestampSeconds}.${body}`).digest('base64')}`;
}

/** True when one of the signatures of a received message is ours and its time is within five minutes of now. */
export function verifyWebhook(
  secret: string,
  headers: { readonly id: string; readonly timestamp: string; readonly signature: string },
  body: string,
  nowSeconds: number,
): boolean {
  const timestamp = Number(headers.timestamp);
  if (!Number.isInteger(timestamp) || Math.abs(nowSeconds - timestamp) > TOLERANCE_SECONDS) return false;
  const expected = Buffer.from(signWebhook(secret, headers.id, timestamp, body));
  return headers.signature.split(' ').some((given) => {
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}
