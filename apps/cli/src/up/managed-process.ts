import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { root } from '../root.ts';

/** A program the supervisor keeps running. */
export type Program = {
  readonly name: string;
  /** Arguments of Node: options, the file, and the file's own arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds it has to end in order after SIGTERM. */
  readonly patience: number;
  /** Sees every line it writes to stdout. */
  readonly onLine?: (line: string) => void;
};

/** What the supervisor is told about a program. */
export type Listener = { line(line: string): void; say(sentence: string): void };

// 0.5, 1, 2, 4, 8, 15, 15, ... seconds; a program that stayed up for a minute starts from the beginning.
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const STEADY = 60_000;

const guard = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './guard.ts' : './guard.js', import.meta.url));

/** Keeps one program running: restarts it with growing pauses when it ends by itself, and ends it in order when asked. */
export class ManagedProcess {
  readonly program: Program;
  private readonly listener: Listener;
  private readonly firstPause: number;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private stopping = false;
  private pause: number;
  private readonly wake = new AbortController();
  /** How often it ended by itself. */
  crashes = 0;

  constructor(program: Program, listener: Listener, firstPause = FIRST_PAUSE) {
    this.program = program;
    this.listener = listener;
    this.firstPause = firstPause;
    this.pause = firstPause;
  }

  get pid(): number | undefined {
    return this.child?.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  start(): void {
    const { args, env, onLine, name } = this.program;
    const started = performance.now();
    // detached: its own group, so that Ctrl-C reaches only the supervisor, which ends the programs in their order.
    const child = spawn(process.execPath, ['--import', guard, ...args], {
      cwd: root,
      env: { ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine?.(line);
      this.listener.line(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => this.listener.line(line));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.listener.say(`${name} could not be started: ${error.message}`);
        resolve();
      });
      child.once('exit', (code, signal) => {
        endGroup(child.pid); // what it started and left behind
        resolve();
        if (!this.stopping && this.child === child)
          void this.restart(signal ?? `code ${code}`, performance.now() - started);
      });
    });
  }

  private async restart(how: string, lived: number): Promise<void> {
    this.crashes += 1;
    if (lived > STEADY) this.pause = this.firstPause;
    const { pause } = this;
    this.pause = Math.min(pause * 2, LONGEST_PAUSE);
    this.listener.say(
      `${this.program.name} ended by itself (${how}) after ${(lived / 1000).toFixed(1)} s; it starts again in ${(pause / 1000).toFixed(1)} s`,
    );
    await sleep(pause, undefined, { signal: this.wake.signal }).catch(() => undefined);
    if (!this.stopping) this.start();
  }

  /** Ends it: SIGTERM, and after its patience SIGKILL for it and everything in its group. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.abort();
    await this.end();
  }

  /** Ends it in order and starts it again at once (its build has changed). */
  async renew(): Promise<void> {
    if (this.stopping) return;
    const old = this.child;
    this.child = undefined; // its exit is not a crash
    await this.end(old);
    if (!this.stopping) this.start();
  }

  private async end(child = this.child): Promise<void> {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => {
      this.listener.say(`${this.program.name} did not end within ${this.program.patience / 1000} s and was killed`);
      endGroup(child.pid);
    }, this.program.patience);
    await this.ended;
    clearTimeout(late);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    return; // nobody is left
  }
}

/** Node arguments that load a program's telemetry first, when its build has it. */
export function nodeArguments(file: string, ...rest: string[]): string[] {
  const telemetry = file.replace(/main\.js$/, 'otel.js');
  return [...(existsSync(telemetry) ? ['--import', telemetry] : []), '--enable-source-maps', file, ...rest];
}
