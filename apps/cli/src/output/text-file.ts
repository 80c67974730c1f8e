import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { CommandError, EXIT } from '../api/exit-code.ts';

const CHUNK = 1 << 17;

/** A text file that is written in large pieces and waits for the disk. Failures are CommandErrors that name the file. */
export class TextFile {
  private readonly stream: WriteStream;
  private pending: string[] = [];
  private size = 0;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly file: string) {
    this.stream = createWriteStream(file);
    this.stream.on('drain', () => this.wake());
    this.stream.on('error', (error) => {
      this.failure = error;
      this.wake();
    });
  }

  /** Adds a line; wait for the promise where there is one. */
  line(text: string): Promise<void> | undefined {
    this.pending.push(text);
    this.size += text.length + 1;
    return this.size >= CHUNK ? this.flush() : undefined;
  }

  private async flush(): Promise<void> {
    const text = `${this.pending.join('\n')}\n`;
    this.pending = [];
    this.size = 0;
    if (this.failure === undefined && !this.stream.write(text))
      await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure !== undefined) throw this.refusal();
  }

  private refusal(): CommandError {
    return new CommandError(`${this.file} cannot be written: ${this.failure?.message ?? 'it was closed'}.`, EXIT.error);
  }

  /** Writes what is left and closes the file. */
  async end(): Promise<void> {
    if (this.pending.length > 0) await this.flush();
    this.stream.end();
    await finished(this.stream).catch((error: Error) => (this.failure = error));
    if (this.failure !== undefined) throw this.refusal();
  }
}

/** A field of a CSV row (RFC 4180). */
export function csvField(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
