// A target of the generic http tool in a process of its own: it honours Idempotency-Key, and counts what it really did.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const results = new Map<string, string>();
const times: number[] = [];
let repeated = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return void response.end(JSON.stringify({ times, repeated }));
    const body = JSON.parse(Buffer.concat(chunks).toString()) as { dryRun?: boolean };
    if (body.dryRun === true) return void response.end('{"ok":true}');
    const key = String(request.headers['idempotency-key']);
    const known = results.get(key);
    if (known === undefined) times.push(Date.now());
    else repeated += 1;
    const result = known ?? JSON.stringify({ before: {}, after: { level: results.size } });
    results.set(key, result);
    response.end(result);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', () => process.exit(0));
