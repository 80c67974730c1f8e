import { request } from 'undici';
import { OutboundDenied, pinnedAgent } from './outbound-guard.ts';

/** An answer of a guarded call; at most `maxBytes` of body were read. */
export interface GuardedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface GuardedCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly connectMs?: number;
  readonly maxBytes?: number;
  readonly allow: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
  /** Called when the answer begins, before any of it is read. */
  readonly answering?: (() => void) | undefined;
}

/** The bytes did not all arrive, or never left: nobody knows which. */
export class CallUnanswered extends Error {
  /** True when the connection was never made, so that certainly nothing was sent. */
  readonly neverSent: boolean;

  constructor(detail: string, neverSent: boolean, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'CallUnanswered';
    this.neverSent = neverSent;
  }
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Calls an address that a person configured: every resolved address checked and the connection pinned to it, no redirect followed,
 * body capped, everything within `timeoutMs`. Throws OutboundDenied (nothing left) or CallUnanswered (see there).
 */
export async function guardedCall(call: GuardedCall): Promise<GuardedAnswer> {
  const url = new URL(call.url);
  let agent;
  try {
    agent = await pinnedAgent(url, { allow: call.allow, connectMs: call.connectMs ?? 5_000 });
  } catch (error) {
    if (error instanceof OutboundDenied) throw error;
    throw new CallUnanswered(`${url.hostname} does not resolve.`, true, { cause: error });
  }
  const timeout = AbortSignal.timeout(call.timeoutMs);
  try {
    const answer = await request(url, {
      method: call.method,
      dispatcher: agent,
      signal: call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]),
      headers: { ...call.headers },
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    call.answering?.();
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]),
      ),
      body: await readCapped(answer.body, call.maxBytes ?? 1024 * 1024),
    };
  } catch (error) {
    if (timeout.aborted) throw new CallUnanswered(`No answer within ${call.timeoutMs} ms.`, false, { cause: error });
    throw new CallUnanswered(error instanceof Error ? error.message : String(error), neverSent(error), {
      cause: error,
    });
  } finally {
    void agent.destroy().catch(() => undefined);
  }
}

function neverSent(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && NEVER_SENT.has(code);
}

async function readCapped(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`The answer is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
