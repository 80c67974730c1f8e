import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { z } from 'zod';
import type { Forwarder } from './forwarder.ts';

const Line = z.looseObject({
  level: z.string(),
  time: z.string(),
  message: z.string(),
  service: z.string(),
  environment: z.string(),
  replica: z.string().optional(),
});
const FORWARDED = z.enum(['warn', 'error', 'fatal']);
const LARGEST_FILE = 8 * 1024 * 1024;

/** Keeps the processes' log lines in one file (at most two of 8 MB) and forwards warnings and worse. */
export class LogLines {
  readonly #file: string;
  readonly #forwarder: Forwarder;
  #stream: WriteStream;
  #size: number;

  constructor(file: string, forwarder: Forwarder) {
    this.#file = file;
    this.#forwarder = forwarder;
    this.#size = existsSync(file) ? statSync(file).size : 0;
    this.#stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  }

  /** Takes one line of a process. What is no JSON record is a runtime's last words, and goes out as an error. */
  take(line: string, source: { service: string; environment: string }): void {
    this.#write(line);
    const parsed = Line.safeParse(parse(line));
    if (!parsed.success) {
      if (line.trim() === '') return;
      this.#forwarder.record({
        timestamp: new Date().toISOString(),
        severity: 'error',
        body: line.slice(0, 2000),
        labels: source,
      });
      return;
    }
    const { level, time, message, service, environment, replica } = parsed.data;
    const severity = FORWARDED.safeParse(level);
    if (!severity.success) return;
    this.#forwarder.record({
      timestamp: time,
      severity: severity.data,
      body: message,
      labels: { service, environment, ...(replica !== undefined && { replica }) },
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }

  #write(line: string): void {
    if (this.#size > LARGEST_FILE) {
      this.#stream.end();
      renameSync(this.#file, `${this.#file}.1`);
      this.#stream = createWriteStream(this.#file, { flags: 'w', mode: 0o600 });
      this.#size = 0;
    }
    this.#size += Buffer.byteLength(line) + 1;
    this.#stream.write(`${line}\n`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
