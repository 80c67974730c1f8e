// Runs in another network namespace. Reads from its first argument what to try, and prints what came of it as JSON:
// {connect: [{host, port}]} -> "open" | "ECONNREFUSED" | ...;  {requests: [{method, url}]} -> the status.
import { connect } from 'node:net';

type Asked = {
  readonly connect?: readonly { readonly host: string; readonly port: number }[];
  readonly requests?: readonly { readonly method: string; readonly url: string }[];
};
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;

function attempt(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3_000 });
    const end = (word: string): void => {
      socket.destroy();
      resolve(word);
    };
    socket.once('connect', () => end('open'));
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

async function request(method: string, url: string): Promise<number> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(10_000),
    ...(method === 'GET'
      ? {}
      : { headers: { 'content-type': 'application/json', 'idempotency-key': 'probe' }, body: '{}' }),
  });
  await response.body?.cancel();
  return response.status;
}

const answers: (string | number)[] = [];
for (const { host, port } of asked.connect ?? []) answers.push(await attempt(host, port));
for (const { method, url } of asked.requests ?? []) answers.push(await request(method, url));
process.stdout.write(JSON.stringify(answers));
