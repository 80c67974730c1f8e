import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line between a browser and the product that can be disturbed. */
export interface Line {
  readonly url: string;
  /** From now on nothing gets through, in either direction, and nobody is told: what packet loss looks like. */
  lose(): void;
  /** Lets everything through again, also what has waited. */
  mend(): void;
  close(): Promise<void>;
}

/** Opens a line to the product at `url`, on a free port of loopback. */
export async function lineTo(url: string): Promise<Line> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let lost = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (lost) from.pause();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose() {
      lost = true;
      for (const socket of sockets) socket.pause();
    },
    mend() {
      lost = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
