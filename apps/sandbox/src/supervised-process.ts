import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MAXIMUM_PROCESSES } from './constants.ts';

export type Program = 'front' | 'catalogue' | 'checkout' | 'jobs' | 'load';
export type LogLine = (line: string) => void;

/** How many processes there may be at once; this one counts. */
export class ProcessBudget {
  #running = 1;
  readonly #waiting: (() => void)[] = [];

  get running(): number {
    return this.#running;
  }

  /** True and taken when there is room for one more process. */
  tryTake(): boolean {
    if (this.#running >= MAXIMUM_PROCESSES) return false;
    this.#running += 1;
    return true;
  }

  /** Resolves when there is room for one more process, and takes it. */
  async take(): Promise<void> {
    while (!this.tryTake()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  free(): void {
    this.#running -= 1;
    this.#waiting.shift()?.();
  }
}

/** One child process: started with room in the budget, called over its channel, ended with it. */
export class SupervisedProcess {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly ended: Promise<void>;
  #next = 0;
  #alive = true;

  /** Forks a program; `budget.take()` must have been awaited before. `onLine` gets each line it prints. */
  constructor(program: Program, budget: ProcessBudget, onLine: LogLine) {
    const extension = extname(fileURLToPath(import.meta.url)); // .ts from the sources, .js from dist
    this.#child = fork(fileURLToPath(new URL(`./processes/${program}${extension}`, import.meta.url)), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--max-old-space-size=96', '--max-semi-space-size=4'],
      env: { PATH: process.env['PATH'] },
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', () => {
        this.#alive = false;
        budget.free();
        for (const { reject } of this.#calls.values()) reject(new Error(`the process ${program} has ended`));
        this.#calls.clear();
        resolve();
      });
    });
    this.#child.on('error', () => undefined); // the exit is what counts
    this.#child.on('message', (message: { answer: number; result?: unknown; error?: string }) => {
      const call = this.#calls.get(message.answer);
      this.#calls.delete(message.answer);
      if (message.error === undefined) call?.resolve(message.result);
      else call?.reject(new Error(message.error));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', onLine);
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Calls a method of the process; rejects when it fails, ends or does not answer in time (`start` includes the start of
   * the runtime, which takes long on a machine that is busy with a build). The answer's type is the method's.
   */
  call<Result>(method: string, params: unknown = {}): Promise<Result> {
    const patienceMs = method === 'start' ? 60_000 : 15_000;
    return new Promise<Result>((resolve, reject) => {
      if (!this.#alive) return reject(new Error(`the process for ${method} has ended`));
      this.#next += 1;
      const id = this.#next;
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new Error(`${method} was not answered within ${patienceMs / 1000} s`));
      }, patienceMs);
      this.#calls.set(id, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value as Result);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#child.send({ call: id, method, params });
    });
  }

  /** Kills it at once, as a crash would. */
  crash(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it in order by closing its channel, and by force after a second. */
  async end(): Promise<void> {
    if (!this.#alive) return;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000);
    await this.ended;
    clearTimeout(timer);
  }
}
