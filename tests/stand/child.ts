import { spawn } from 'node:child_process';

/** Ends a process when the one that started it is gone, so that an interrupted test run leaves nothing behind. */
const GUARD = new URL('../../apps/cli/dist/up/guard.js', import.meta.url).href;

/** A process under test. */
export interface Child {
  readonly pid: number;
  /** What its line of readiness said in brackets. */
  readonly ready: string;
  output(): string;
  /** Resolves with the signal or exit code once it is gone. */
  readonly ended: Promise<string>;
  /** Ends it (default by SIGTERM) and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<string>;
}

/** Starts a Node process and resolves when `ready` matches what it prints. Throws with its output when it ends first. */
export function startChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<Child> {
  const { REDIS_URL: _notHere, AUTOOPS_CRASH_AT: _norThis, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', GUARD, file, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))));
  return new Promise((resolve, reject) => {
    let known = false;
    const look = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-400_000);
      const match = known ? null : ready.exec(output);
      if (match === null) return;
      known = true;
      resolve({
        pid: child.pid ?? 0,
        ready: match[1] ?? '',
        output: () => output,
        ended,
        stop(signal = 'SIGTERM') {
          child.kill(signal);
          return ended;
        },
      });
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void ended.then((how) =>
      reject(new Error(`${file} ended with ${how} before it was ready:\n${output.slice(-3000)}`)),
    );
  });
}
