import { Command } from 'commander';
import { examine } from '../doctor/examine.ts';

/** `autoops doctor`: checks this machine and says how to repair what is missing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check what AutoOps needs on this machine, and say how to repair what is missing')
    .option('-o, --output <format>', 'table or json', 'table')
    .action(async (options: { output: string }) => {
      const findings = await examine(process.env);
      if (options.output === 'json') {
        process.stdout.write(`${JSON.stringify({ items: findings }, undefined, 2)}\n`);
      } else {
        const mark = { good: 'ok  ', missing: '--  ', bad: 'FAIL' };
        for (const { state, check, found, repair } of findings) {
          process.stdout.write(
            `${mark[state]} ${check.padEnd(14)} ${found}\n${state === 'good' || repair === undefined ? '' : `${' '.repeat(20)}${repair}\n`}`,
          );
        }
      }
      process.exitCode = findings.some((finding) => finding.state === 'bad') ? 1 : 0;
    });
}
