import { BATCH_MASTER, COORDINATOR, DATA_ENGINE, SUPERCOMPUTER } from './clusters.ts';
import { LAPTOP, PEDOMETER, PHONE, UPDATER } from './devices.ts';
import { madeLog, type MadeLine } from './made-log.ts';
import { CONTAINER_HOST, LOGIN_SERVER, PROXY_CLIENT, WEB_SHOP } from './services.ts';

const PROGRAMS = {
  'batch master': BATCH_MASTER,
  'data engine': DATA_ENGINE,
  coordinator: COORDINATOR,
  supercomputer: SUPERCOMPUTER,
  phone: PHONE,
  pedometer: PEDOMETER,
  laptop: LAPTOP,
  updater: UPDATER,
  'proxy client': PROXY_CLIENT,
  'login server': LOGIN_SERVER,
  'web shop': WEB_SHOP,
  'container host': CONTAINER_HOST,
} as const;

/** Logs of twelve made-up programs, each line with its statement: the same lines each time. */
export function madeLogs(lines = 2000): { readonly name: string; readonly lines: readonly MadeLine[] }[] {
  return Object.entries(PROGRAMS).map(([name, statements]) => ({ name, lines: madeLog(name, statements, lines) }));
}
