import { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { bundleCommand } from './commands/bundle.ts';
import { demoCommand } from './commands/demo.ts';
import { detectCommand } from './commands/detect.ts';
import { doctorCommand } from './commands/doctor.ts';
import { forecastCommand } from './commands/forecast.ts';
import { freezeCommand } from './commands/freeze.ts';
import { getCommand } from './commands/get.ts';
import { logsCommand } from './commands/logs.ts';
import { approveCommand, evaluateCommand, executeCommand, rejectCommand, runControlCommand } from './commands/plan.ts';
import { replayCommand } from './commands/replay.ts';
import { tokenCommand } from './commands/token.ts';
import { upCommand } from './commands/up.ts';

/** Builds the `autoops` program: one file in commands/ for each verb or group, listed here in the order of the help. */
export function createProgram(): Command {
  const program = new Command('autoops')
    .description('Watches a system, notices when it goes wrong, and repairs it within what the policy allows.')
    .version('0.1.0')
    .showHelpAfterError('(`autoops --help` lists the commands)')
    .showSuggestionAfterError();
  // Usage errors leave with 2 (docs/reference/exit-codes); everything else decides its own code.
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const commands = [
    upCommand(),
    demoCommand(),
    getCommand(),
    evaluateCommand(),
    executeCommand(),
    approveCommand(),
    rejectCommand(),
    runControlCommand('pause', 'pause a run before its next step, or go on with --resume'),
    runControlCommand('abort', 'stop the remaining steps of a run and undo the applied ones'),
    runControlCommand('rollback', 'roll a run back with its token'),
    freezeCommand('freeze'),
    freezeCommand('unfreeze'),
    detectCommand(),
    replayCommand(),
    logsCommand(),
    forecastCommand(),
    bundleCommand(),
    auditCommand(),
    tokenCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
