import { join } from 'node:path';

/** What the `autoops` command uses on this machine. */
export const cliTokenFile = (dataDir: string): string => join(dataDir, 'cli.token');
/** What the sandbox sends its logs and change events with. */
export const sandboxEventsTokenFile = (dataDir: string): string => join(dataDir, 'sandbox-events.token');
