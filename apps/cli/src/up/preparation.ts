import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { root } from '../root.ts';

const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './prepare.ts' : './prepare.js', import.meta.url),
);

/** A process that makes a database ready once it is told which. */
export interface Preparation {
  /** Resolves with the URL of the application's own role; throws an Error with the process's words when it failed. */
  finish(adminUrl: string): Promise<string>;
  /** Ends it with nothing done. */
  cancel(): void;
}

/** Starts the process: it loads its code while the caller starts the database. */
export function startPreparation(dataDir: string, demo: boolean): Preparation {
  // detached: Ctrl-C reaches only the supervisor, and a migration ends whole.
  const child = spawn(process.execPath, [program], { cwd: root, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let answer = '';
  let words = '';
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  child.stdin.on('error', () => undefined); // it has ended: its exit says why
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
  return {
    async finish(adminUrl) {
      child.stdin.end(`${JSON.stringify({ adminUrl, dataDir, demo })}\n`);
      const code = await ended;
      if (code === 0 && answer.trim() !== '') return answer.trim();
      throw new Error(`The database could not be prepared (${code}): ${words.trim() || 'it gave no reason'}`);
    },
    cancel: () => void child.stdin.end(),
  };
}
