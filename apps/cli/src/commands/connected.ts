import { Command } from 'commander';
import { Client } from '../api/client.ts';
import { findConnection, type DemoRole } from '../api/connection.ts';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { say } from '../output/print.ts';

interface ConnectionFlags {
  readonly url?: string;
  readonly output?: string;
}

/** A command that talks to the API: adds `--url`, finds credentials for `role`, and turns problems into messages and exit codes. */
export function connected<Options extends object>(
  command: Command,
  role: DemoRole,
  run: (client: Client, args: readonly string[], options: Options) => Promise<void>,
): Command {
  return command
    .option('--url <url>', 'API to call (default: the one running from this data directory, or AUTOOPS_URL)')
    .action(async (...parts: unknown[]) => {
      const self = parts.at(-1);
      if (!(self instanceof Command)) throw new TypeError('commander calls an action with its command last');
      await endWithItsCode(self.opts<ConnectionFlags>().output === 'json', async () => {
        const client = new Client(findConnection(process.env, role, { url: self.opts<ConnectionFlags>().url }));
        await run(
          client,
          self.processedArgs.map((argument) => (Array.isArray(argument) ? argument.join(' ') : String(argument ?? ''))),
          self.opts<Options>(),
        );
      });
    });
}

/** Runs a command's body; an expected failure becomes a message (or its problem as JSON) and the exit code. */
export async function endWithItsCode(json: boolean, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof CommandError)) {
      say(`autoops: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = EXIT.error;
      return;
    }
    say(json && error.problem !== undefined ? JSON.stringify(error.problem) : `autoops: ${error.message}`);
    process.exitCode = error.exitCode;
  }
}
