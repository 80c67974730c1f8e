import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_BYTES = 10 * 1024 * 1024;
const KEPT = 3;

/** An append-only log file; at 10 MiB it becomes `name.1`, the older ones `.2` and `.3`, and the oldest goes. */
export class LogFile {
  private readonly path: string;
  private readonly most: number;
  private descriptor: number;
  private size: number;

  constructor(path: string, most = MOST_BYTES) {
    this.path = path;
    this.most = most;
    mkdirSync(dirname(path), { recursive: true });
    this.descriptor = openSync(path, 'a', 0o600);
    this.size = fstatSync(this.descriptor).size;
  }

  /** Appends a line. A full disk loses the line and never the program: the logs are not the truth, the database is. */
  write(line: string): void {
    try {
      if (this.size > this.most) this.rotate();
      this.size += writeSync(this.descriptor, `${line}\n`);
    } catch {
      return;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private rotate(): void {
    for (let number = KEPT; number >= 1; number -= 1) {
      try {
        renameSync(number === 1 ? this.path : `${this.path}.${number - 1}`, `${this.path}.${number}`);
      } catch {
        continue; // fewer rotations so far
      }
    }
    closeSync(this.descriptor);
    this.descriptor = openSync(this.path, 'a', 0o600);
    this.size = 0;
  }
}
