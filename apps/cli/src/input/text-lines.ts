import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { CommandError, EXIT } from '../api/exit-code.ts';

/** Longest line that is read, in characters: a longer one is no log and no table. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * The lines of a UTF-8 text file, plain or `.gz`, a batch for each piece that was read; without line ends and byte-order mark.
 * A last line without a line end counts, the emptiness after a last line end does not. Throws a CommandError that names the file.
 */
export async function* textLines(file: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let read = 0;
  try {
    const bytes = createReadStream(file, { highWaterMark: 1 << 18 });
    const unzipped = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
    // `pipe` does not pass on the reader's failure.
    if (unzipped !== bytes) bytes.on('error', (error) => unzipped.destroy(error));
    for await (const chunk of unzipped) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE)
        throw new CommandError(`${file}:${read + lines.length + 1}: the line is longer than 64 MiB.`, EXIT.error);
      read += lines.length;
      yield lines.map(withoutReturn);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a directory'
          : code?.startsWith('Z_')
            ? `it is not whole gzip data (${message})`
            : message;
    throw new CommandError(`${file} cannot be read: ${why}.`, EXIT.error);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
