import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTestCluster, TEST_POSTGRES_VARIABLE } from './test-postgres.ts';

/**
 * For a test runner's global set-up: offers one PostgreSQL to all test files through the environment variable that
 * `startTestPostgres` reads. The server starts when the first test file asks, so runs without a database pay nothing.
 * Returns the function that ends it.
 */
export async function serveTestPostgres(): Promise<() => Promise<void>> {
  let cluster: ReturnType<typeof startTestCluster> | undefined;
  const server = createServer((_request, response) => {
    cluster ??= startTestCluster();
    cluster.then(
      (started) => response.end(started.url()),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  process.env[TEST_POSTGRES_VARIABLE] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return async () => {
    delete process.env[TEST_POSTGRES_VARIABLE];
    server.closeAllConnections();
    server.close();
    await (await cluster?.catch(() => undefined))?.stop();
  };
}
