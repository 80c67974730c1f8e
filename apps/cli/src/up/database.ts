import { join } from 'node:path';
import { startLocalPostgres, type LocalPostgres } from '@autoops/local-postgres';
import { keptSecret } from './secrets.ts';

/** A database server to run on: the embedded one, or one that belongs to somebody else. */
export type Database = {
  /** URL of an account that may create roles and schemas. */
  readonly adminUrl: string;
  /** Process id of the embedded server. */
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
};

const DATABASE = 'autoops';

/** Uses the server of a DATABASE_URL; its life is not our business. */
export function externalDatabase(url: string): Database {
  return { adminUrl: url, pid: () => undefined, stop: async () => undefined };
}

/**
 * Starts the embedded PostgreSQL in the data directory and keeps it running: when it ends by itself, it is started again
 * on the same port, so that the programs' pools find it again. `say` gets a sentence each time.
 */
export async function embeddedDatabase(dataDir: string, say: (sentence: string) => void): Promise<Database> {
  const options = {
    dataDir: join(dataDir, 'postgres'),
    logFile: join(dataDir, 'logs', 'postgres.log'),
    databaseUser: 'autoops_admin',
    password: keptSecret(dataDir, 'postgres.password'),
    settings: { log_line_prefix: '%m [%p] ', log_autovacuum_min_duration: '-1', log_checkpoints: 'off' },
  };
  let stopping = false;
  let server: LocalPostgres = await startLocalPostgres(options);
  if (server.adopted) say('Took over a PostgreSQL that was still running on the data directory.');

  const { port } = server;
  const watch = async (): Promise<void> => {
    for (;;) {
      await server.ended;
      if (stopping) return;
      say('PostgreSQL ended by itself; starting it again');
      for (let attempt = 1; ; attempt += 1) {
        try {
          server = await startLocalPostgres({ ...options, port });
          break;
        } catch (error) {
          if (stopping) return;
          say(`PostgreSQL does not start: ${(error as Error).message}`);
          await new Promise((resolve) => setTimeout(resolve, Math.min(15_000, 500 * 2 ** attempt)));
        }
      }
    }
  };
  const watching = watch();
  return {
    adminUrl: server.url(DATABASE),
    pid: () => server.pid,
    async stop() {
      stopping = true;
      await server.stop();
      await watching;
    },
  };
}
