import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Returns what a program was asked on its command line. `--help` prints `usage` and ends the process with 0; what the program does
 * not know, or an option without its value, ends it with 2 after one sentence that says so.
 */
export function readOptions<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const args = config.args ?? process.argv.slice(2);
  if (args.some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')))
      throw error;
    return refuse(usage, error.message.split(/(?<=')\. |\n/u)[0] ?? error.message);
  }
}

/** Ends the process with 2: what was asked for is not to be had, as one sentence, and what is. */
export function refuse(usage: string, sentence: string): never {
  process.stderr.write(`${sentence.replace(/\.?$/u, '.')}\n\n${usage}\n`);
  process.exit(2);
}
