import pino, { type Logger } from 'pino';

/** The product's own log: JSON lines, pretty on a terminal. */
export type Log = Logger;

/** A logger for this process. Trace and incident ids are bound by whoever works on one. */
export function createLog(settings: { readonly level: string; readonly pretty: boolean; readonly name: string }): Log {
  return pino({
    name: settings.name,
    level: settings.level,
    ...(settings.pretty
      ? { transport: { target: 'pino-pretty', options: { singleLine: true, ignore: 'pid,hostname,name' } } }
      : {}),
  });
}
