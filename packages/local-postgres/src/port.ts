import { createServer } from 'node:net';

// The kernel hands out ports from 32768 upwards to outgoing connections; a listener below never meets one of those.
const FIRST = 20_000;
const LAST = 32_767;

/** Tells whether a listener can be opened on this port of the loopback address. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Returns a port that was free a moment ago, below the range of outgoing connections; the caller retries when it lost the race. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(
    `Found no free port between ${FIRST} and ${LAST}. End programs that hold many ports, or set DATABASE_URL to an existing PostgreSQL.`,
  );
}
