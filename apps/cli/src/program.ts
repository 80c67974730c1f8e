import { Command } from 'commander';
import { doctorCommand } from './commands/doctor.ts';
import { upCommand } from './commands/up.ts';

/** Builds the `autoops` program: one file in commands/ for each verb, listed here in the order of the help. */
export function createProgram(): Command {
  const program = new Command('autoops')
    .description('Watches a system, notices when it goes wrong, and repairs it within what the policy allows.')
    .version('0.1.0')
    .showHelpAfterError('(`autoops --help` lists the commands)')
    .showSuggestionAfterError();
  // Usage errors leave with 2 (docs/reference/exit-codes); everything else decides its own code.
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const command of [upCommand(), doctorCommand()]) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
