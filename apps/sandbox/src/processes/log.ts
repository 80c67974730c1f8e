import pino from 'pino';

/** Returns a logger that writes one JSON line per record to stdout: level, time (RFC 3339), the given labels, message. */
export function createLog(labels: Readonly<Record<string, string>>): pino.Logger {
  return pino({
    base: labels,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
