import { Command } from 'commander';
import { readSettings } from '../up/settings.ts';
import { productParts } from '../up/product.ts';
import { Refusal, supervise } from '../up/supervise.ts';

/** `autoops up`: runs the whole product until it is told to stop. */
export function upCommand(): Command {
  return new Command('up')
    .description('start AutoOps here: database, API with dashboard, worker, and the demo shop unless AUTOOPS_DEMO=off')
    .option('--watch', 'restart a program when its build changes (for development)')
    .action(async (options: { watch?: boolean }) => {
      try {
        const settings = readSettings(process.env);
        process.exitCode = await supervise(settings, productParts(settings), { watch: options.watch ?? false });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        process.stderr.write(`\nAutoOps did not start: ${error.message}\n`);
        process.exitCode = 1;
      }
      process.exit();
    });
}
