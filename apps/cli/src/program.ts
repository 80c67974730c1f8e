import { Command, Help } from 'commander';

/** A command as the help lists it; the code behind it is loaded when it is called. */
interface LazyCommand {
  readonly name: string;
  /** What the help shows after the program's name. */
  readonly term: string;
  readonly description: string;
  load(): Promise<Command>;
}

const plan = () => import('./commands/plan.ts');
const freeze = () => import('./commands/freeze.ts');

/** The commands in the order of the help: one file in commands/ for each verb or group. */
const COMMANDS: readonly LazyCommand[] = [
  {
    name: 'up',
    term: 'up [options]',
    description: 'start AutoOps here: database, API with dashboard, worker, and the demo shop unless AUTOOPS_DEMO=off',
    load: async () => (await import('./commands/up.ts')).upCommand(),
  },
  {
    name: 'demo',
    term: 'demo',
    description: 'the demo shop: break it, heal it, walk through',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  {
    name: 'get',
    term: 'get [options] <kind> [id]',
    description: 'list resources, or show one',
    load: async () => (await import('./commands/get.ts')).getCommand(),
  },
  {
    name: 'evaluate',
    term: 'evaluate [options] <plan>',
    description: 'show what policy says of a plan, every environment side by side',
    load: async () => (await plan()).evaluateCommand(),
  },
  {
    name: 'propose',
    term: 'propose [options] <plan>',
    description: 'propose a plan with other parameters as its next version, or ask what policy would say',
    load: async () => (await import('./commands/propose.ts')).proposeCommand(),
  },
  {
    name: 'execute',
    term: 'execute [options] <plan>',
    description: 'execute a plan, or ask for the approval it needs',
    load: async () => (await plan()).executeCommand(),
  },
  {
    name: 'approve',
    term: 'approve [options] <approval>',
    description: 'approve exactly the plan that an approval binds',
    load: async () => (await plan()).approveCommand(),
  },
  {
    name: 'reject',
    term: 'reject [options] <approval>',
    description: 'reject a plan',
    load: async () => (await plan()).rejectCommand(),
  },
  {
    name: 'pause',
    term: 'pause [options] <run>',
    description: 'pause a run before its next step, or go on with --resume',
    load: async () => (await plan()).runControlCommand('pause'),
  },
  {
    name: 'abort',
    term: 'abort [options] <run>',
    description: 'stop the remaining steps of a run and undo the applied ones',
    load: async () => (await plan()).runControlCommand('abort'),
  },
  {
    name: 'rollback',
    term: 'rollback [options] <run>',
    description: 'roll a run back with its token',
    load: async () => (await plan()).runControlCommand('rollback'),
  },
  {
    name: 'label',
    term: 'label [options] <subject> [label]',
    description: 'say of an alarm whether it was useful or noise; detectors are judged by it',
    load: async () => (await import('./commands/label.ts')).labelCommand(),
  },
  {
    name: 'annotate',
    term: 'annotate [options] <service> [text]',
    description: "put a note on a service's charts, or list and remove notes",
    load: async () => (await import('./commands/annotate.ts')).annotateCommand(),
  },
  {
    name: 'freeze',
    term: 'freeze [options]',
    description: 'stop automation: nothing leaves any more',
    load: async () => (await freeze()).freezeCommand('freeze'),
  },
  {
    name: 'unfreeze',
    term: 'unfreeze [options]',
    description: 'let automation go on',
    load: async () => (await freeze()).freezeCommand('unfreeze'),
  },
  {
    name: 'detect',
    term: 'detect [options]',
    description: 'score the series of CSV files: novelty, deviation, and one alarm per episode',
    load: async () => (await import('./commands/detect.ts')).detectCommand(),
  },
  {
    name: 'backtest',
    term: 'backtest [options]',
    description:
      'replay a series through the loop that the worker runs: alarms, precision, recall, delay, alarms per day',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand(),
  },
  {
    name: 'replay',
    term: 'replay [options] <incident>',
    description: 'recompute every decision of an incident from its record and compare digests',
    load: async () => (await import('./commands/replay.ts')).replayCommand(),
  },
  {
    name: 'logs',
    term: 'logs',
    description: 'log templates',
    load: async () => (await import('./commands/logs.ts')).logsCommand(),
  },
  {
    name: 'forecast',
    term: 'forecast [options]',
    description: 'forecast series with intervals: CSV in (a series per row, or timestamp,value), JSON lines out',
    load: async () => (await import('./commands/forecast.ts')).forecastCommand(),
  },
  {
    name: 'breach',
    term: 'breach [options]',
    description:
      'forecast when bounded resources reach their limit: traces as JSON lines in, an answer for each look out',
    load: async () => (await import('./commands/breach.ts')).breachCommand(),
  },
  {
    name: 'bundle',
    term: 'bundle',
    description: 'incident bundles',
    load: async () => (await import('./commands/bundle.ts')).bundleCommand(),
  },
  {
    name: 'audit',
    term: 'audit',
    description: 'the audit log',
    load: async () => (await import('./commands/audit.ts')).auditCommand(),
  },
  {
    name: 'token',
    term: 'token',
    description: 'access tokens',
    load: async () => (await import('./commands/token.ts')).tokenCommand(),
  },
  {
    name: 'doctor',
    term: 'doctor [options]',
    description: 'check what AutoOps needs on this machine, and say how to repair what is missing',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
];

const TERMS: ReadonlyMap<string, string> = new Map(COMMANDS.map(({ name, term }) => [name, term]));

/**
 * Builds the `autoops` program for a command line (without Node and file). Only the command that it names, or asks help for, is
 * loaded; the others are known by their line in the help. Without a command line all are loaded.
 */
export async function createProgram(commandLine?: readonly string[]): Promise<Command> {
  const program = new Command('autoops');
  program
    .description('Watches a system, notices when it goes wrong, and repairs it within what the policy allows.')
    .version('0.1.0')
    .configureHelp({
      subcommandTerm: (command) =>
        (command.parent === program ? TERMS.get(command.name()) : undefined) ?? new Help().subcommandTerm(command),
    })
    .showHelpAfterError('(`autoops --help` lists the commands)')
    .showSuggestionAfterError();
  // Usage errors leave with 2 (docs/reference/exit-codes); everything else decides its own code.
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const named = commandLine?.filter((word) => !word.startsWith('-')) ?? [];
  const called = named[0] === 'help' ? named[1] : named[0];
  for (const { name, description, load } of COMMANDS) {
    const command =
      commandLine === undefined || name === called ? await load() : new Command(name).description(description);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
