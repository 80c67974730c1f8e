import pg from 'pg';

/** One LISTEN connection of a process, shared by all who wait for something. */
export interface Listener {
  /** Calls back with the payload of every notification; and with '' after a reconnect, since some may have been missed. Returns unsubscribe. */
  listen(channel: 'autoops_outbox' | 'autoops_live', callback: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const RECONNECT_MS = 500;

/** Opens its connection with the first subscriber and comes back by itself when the database restarts. */
export function createListener(connectionString: string, onProblem: (error: Error) => void): Listener {
  const subscribers = new Map<string, Set<(payload: string) => void>>();
  let connection: Promise<pg.Client> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString, application_name: 'autoops-listen', keepAlive: true });
    client.on('error', (error) => {
      if (closed) return;
      onProblem(error);
    });
    client.on('end', () => {
      if (closed || connection === undefined) return;
      connection = undefined;
      scheduleReconnect();
    });
    client.on('notification', (message) => {
      for (const callback of subscribers.get(message.channel) ?? []) callback(message.payload ?? '');
    });
    await client.connect();
    for (const channel of subscribers.keys()) await client.query(`listen ${channel}`);
    return client;
  };

  const scheduleReconnect = (): void => {
    retry = setTimeout(() => {
      if (closed || connection) return;
      const attempt = connect();
      connection = attempt;
      attempt.then(
        () => {
          for (const callbacks of subscribers.values()) for (const callback of callbacks) callback('');
        },
        (error: Error) => {
          if (connection === attempt) connection = undefined;
          onProblem(error);
          scheduleReconnect();
        },
      );
    }, RECONNECT_MS);
    retry.unref();
  };

  return {
    async listen(channel, callback) {
      const known = subscribers.get(channel);
      if (known) known.add(callback);
      else subscribers.set(channel, new Set([callback]));
      if (!connection) {
        connection = connect();
        connection.catch(() => (connection = undefined));
        await connection;
      } else if (!known) {
        await (await connection).query(`listen ${channel}`);
      } else {
        await connection;
      }
      return async () => {
        subscribers.get(channel)?.delete(callback);
      };
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      const open = await connection?.catch(() => undefined);
      await open?.end();
    },
  };
}
