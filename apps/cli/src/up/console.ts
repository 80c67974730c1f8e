import { join } from 'node:path';
import { prettyFactory } from 'pino-pretty';
import { LogFile } from './log-file.ts';

/** Where the programs' log lines and the supervisor's own sentences go. */
export type Console = {
  /** A sentence for the person. */
  say(line: string): void;
  /** The sink for one program's output lines: into logs/NAME.log, and onto the terminal. */
  logOf(name: string): { write(line: string): void; close(): void };
};

/**
 * On a terminal, JSON lines are printed for people; elsewhere (a container, a service manager) they pass as they are.
 * Each program also has its file in the data directory.
 */
export function createConsole(dataDir: string, out: NodeJS.WriteStream = process.stdout): Console {
  const pretty = out.isTTY === true;
  return {
    say: (line) => void out.write(`${line}\n`),
    logOf(name) {
      const file = new LogFile(join(dataDir, 'logs', `${name}.log`));
      const format = prettyFactory({
        colorize: pretty && process.env['NO_COLOR'] === undefined,
        singleLine: true,
        translateTime: 'SYS:HH:MM:ss',
        ignore: 'pid,hostname,name,app,program',
        messageFormat: `${name.padEnd(8)} {msg}`,
      });
      const onTerminal = (line: string) => {
        if (!line.startsWith('{')) return `${name.padEnd(8)} ${line}\n`;
        // JSON that is no log line is one program's word to another (the sandbox saying where it is): nothing for people.
        return line.includes('"msg"') ? format(line) : '';
      };
      return {
        write(line) {
          file.write(line);
          out.write(pretty ? onTerminal(line) : `${line}\n`);
        },
        close: () => file.close(),
      };
    },
  };
}
