import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StageMetrics } from './stage-metrics.ts';

/** The worker's only HTTP: `/healthz`, `/readyz` and `/metrics`. */
export interface HealthServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Listens on a port (0 = a free one). `ready` says what is missing, or undefined when everything is usable. */
export async function serveHealth(
  options: { readonly host: string; readonly port: number; readonly ready: () => Promise<string | undefined> },
  metrics: StageMetrics,
): Promise<HealthServer> {
  const server: Server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    };
    switch (request.url?.split('?')[0]) {
      case '/healthz':
        answer(200, 'application/json', '{"status":"ok"}');
        return;
      case '/readyz':
        options.ready().then(
          (missing) =>
            answer(
              missing === undefined ? 200 : 503,
              'application/json',
              JSON.stringify(missing === undefined ? { status: 'ready' } : { status: 'not-ready', missing }),
            ),
          (error: unknown) =>
            answer(503, 'application/json', JSON.stringify({ status: 'not-ready', missing: String(error) })),
        );
        return;
      case '/metrics':
        answer(200, 'text/plain; version=0.0.4', metrics.text());
        return;
      default:
        answer(404, 'application/json', '{"title":"Not found","status":404}');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
