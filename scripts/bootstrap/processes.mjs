import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from './progress.mjs';
import { root } from './root.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// The program has 10 s to end in order; then it is ended.
const PATIENCE = 12_000;

/** Runs a set-up program to its end, its output kept; a failure shows the output and says what to do. */
export function run(program, args, { env, explain }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const release = follow(child);
    const fail = (said, code) => {
      release();
      const [message, advice] = explain(said);
      reject(new Failure(message, advice, { output: said.trim(), code }));
    };
    child.on('error', (error) => fail(String(error.message), 1));
    child.on('close', (code, signal) => {
      if (code === 0) {
        release();
        resolve(output);
      } else if (signal && SIGNALS.includes(signal)) {
        process.exit(128 + constants.signals[signal]);
      } else {
        fail(output, code ?? 1);
      }
    });
  });
}

/** Starts the real program on our own terminal and resolves with its exit code. */
export function become(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: 'inherit' });
    const release = follow(child);
    child.on('error', (error) =>
      reject(
        new Failure(`Could not start ${program}: ${error.message}.`, 'Delete .toolchain and run the command again.'),
      ),
    );
    child.on('exit', (code, signal) => {
      release();
      resolve(signal ? 128 + constants.signals[signal] : code);
    });
  });
}

/**
 * Passes our signals on to the child, and ends it when our own parent (npm) is gone: `kill -9` of npm sends us nothing,
 * and the program would go on holding its ports. Started by hand, with a shell as parent, only signals count (`nohup`).
 */
function follow(child) {
  let ending;
  const end = (signal) => {
    child.kill(signal);
    ending ??= setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  };
  const handlers = SIGNALS.map((signal) => [signal, () => end(signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const parent = process.ppid;
  const startedByNpm = process.env.npm_lifecycle_event !== undefined;
  const watch = startedByNpm
    ? setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        end('SIGTERM');
      }, 500)
    : undefined;
  return () => {
    clearInterval(watch);
    clearTimeout(ending);
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
