import { randomBytes } from 'node:crypto';
import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The W3C trace context of what is being done now: the active span's, or a fresh one, so that every incident has a trace id. */
export function currentTraceparent(): string {
  const context = trace.getActiveSpan()?.spanContext();
  if (context !== undefined && isSpanContextValid(context)) {
    return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
  }
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The trace id of a traceparent, for log lines. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.split('-')[1];
}
