import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { Refusal } from './refusal.ts';

/** Refuses with the holder's name and a free port when nothing can listen on this address. */
export async function checkPort(host: string, port: number): Promise<void> {
  const code = await tryPort(host, port);
  if (code === undefined) return;
  if (code === 'EACCES')
    throw new Refusal(`port ${port} needs more rights. Use one above 1023: AUTOOPS_PORT=8080 npm start`);
  if (code === 'EADDRNOTAVAIL')
    throw new Refusal(
      `this machine has no address ${host}. Correct AUTOOPS_HOST (127.0.0.1 for this machine only, 0.0.0.0 for all).`,
    );
  let other = port + 1;
  while (other < 65_535 && (await tryPort(host, other)) !== undefined) other += 1;
  throw new Refusal(
    `port ${port} is taken by ${portOwner(port) ?? 'another program'}. End that program, or choose another port: AUTOOPS_PORT=${other} npm start`,
  );
}

function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Names the process that listens on a TCP port, as `node (process 123)`; undefined when it cannot be seen (another user's). */
export function portOwner(port: number): string | undefined {
  const inode = listeningInode(port);
  if (inode === undefined) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some(
        (descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`) === `socket:[${inode}]`,
      );
      if (!holds) continue;
      return `\`${shortCommand(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'))}\` (process ${pid})`;
    } catch {
      continue; // ended meanwhile, or somebody else's
    }
  }
  return undefined;
}

function listeningInode(port: number): string | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    try {
      for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
        const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
        if (state === '0A' && local?.endsWith(`:${wanted}`)) return inode; // 0A: listening
      }
    } catch {
      continue; // not Linux
    }
  }
  return undefined;
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** A command line as a person would recognise it: the program's name and its first argument that is no option. */
function shortCommand([program = '', ...args]: string[]): string {
  const first = args.find((arg) => arg !== '' && !arg.startsWith('-'));
  return [program.split('/').at(-1), ...(first === undefined ? [] : [first.split('/').slice(-3).join('/')])].join(' ');
}
