import { guardedCall, CallUnanswered } from '../http/guarded-fetch.ts';
import { OutboundDenied } from '../http/outbound-guard.ts';
import { signWebhook } from './standard-webhooks.ts';

/** One message to one channel. `messageId` stays the same on every retry and redelivery, so that a receiver can drop what it has. */
export interface WebhookMessage {
  readonly messageId: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

/** How an attempt ended. `gone` (410) disables the channel; `retry` is tried again after `afterMs`; `refused` never is. */
export type WebhookOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'gone'; readonly status: 410 }
  | { readonly kind: 'retry'; readonly status: number | undefined; readonly detail: string; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly detail: string };

/** Attempts in all, over about a day: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h (the schedule that Standard Webhooks recommends). */
const SCHEDULE_MS: readonly number[] = [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000];
export const WEBHOOK_ATTEMPTS = SCHEDULE_MS.length + 1;

/** Sends signed Standard Webhooks. `spread` in [0,1) varies the pause, so that many channels do not come back at once. */
export class WebhookSender {
  readonly #allow: ReadonlySet<string>;

  constructor(allow: ReadonlySet<string>) {
    this.#allow = allow;
  }

  async send(message: WebhookMessage, attempt: number, now: Date, spread: number): Promise<WebhookOutcome> {
    const timestamp = Math.floor(now.getTime() / 1000);
    const pause = Math.round((SCHEDULE_MS[attempt - 1] ?? SCHEDULE_MS.at(-1) ?? 0) * (0.8 + 0.4 * spread));
    try {
      const answer = await guardedCall({
        method: 'POST',
        url: message.url,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'AutoOps-Webhooks/1',
          'webhook-id': message.messageId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signWebhook(message.secret, message.messageId, timestamp, message.body),
        },
        body: message.body,
        timeoutMs: 15_000,
        maxBytes: 64 * 1024,
        allow: this.#allow,
      });
      if (answer.status >= 200 && answer.status < 300) return { kind: 'delivered', status: answer.status };
      if (answer.status === 410) return { kind: 'gone', status: 410 };
      const asked = Number(answer.headers['retry-after']);
      return {
        kind: 'retry',
        status: answer.status,
        detail: `The receiver answered ${answer.status}.`,
        afterMs: Number.isFinite(asked) && asked > 0 ? Math.max(pause, Math.min(asked, 3_600) * 1000) : pause,
      };
    } catch (error) {
      if (error instanceof OutboundDenied) return { kind: 'refused', detail: error.message };
      if (error instanceof CallUnanswered)
        return { kind: 'retry', status: undefined, detail: error.message, afterMs: pause };
      throw error;
    }
  }
}
