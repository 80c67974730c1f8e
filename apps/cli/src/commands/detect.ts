import { Command, Option } from 'commander';
import { engineConfiguration, type Preset } from '@autoops/pipeline';
import { EXIT } from '../api/exit-code.ts';
import { detectFile, seriesFiles, TIERS, type Tier } from '../detect/detect-files.ts';
import { say } from '../output/print.ts';

/** `autoops detect`: scores series files with the Detector's engine, without a server. */
export function detectCommand(): Command {
  return new Command('detect')
    .description('score the series of CSV files: novelty, deviation, and one alarm per episode')
    .requiredOption('--input <path>', 'a timestamp,value file (.csv or .csv.gz), or a directory of them')
    .requiredOption('--out <directory>', 'where a CSV of the same name is written for each')
    .addOption(
      new Option('--preset <preset>', 'early alarms on what was never seen before, precise on what leaves the band')
        .choices(['early', 'precise'])
        .default('early'),
    )
    .addOption(
      new Option(
        '--tier <tier>',
        'deep compares with thousands of rows, wide with 3 kB of state, many times as fast, fast with a level and a profile',
      )
        .choices(TIERS)
        .default('deep'),
    )
    .action(async (options: { input: string; out: string; preset: Preset; tier: Tier }) => {
      let files: { input: string; output: string }[];
      try {
        files = await seriesFiles(options.input, options.out);
      } catch (error) {
        say(`autoops: --input ${options.input}: ${(error as Error).message}`);
        process.exitCode = EXIT.notFound;
        return;
      }
      if (files.length === 0) {
        say(`autoops: no .csv or .csv.gz file is in ${options.input}.`);
        process.exitCode = EXIT.notFound;
        return;
      }
      let rows = 0;
      let alarms = 0;
      let failed = 0;
      for (const file of files) {
        try {
          const done = await detectFile(file.input, file.output, options.preset, options.tier);
          rows += done.rows;
          alarms += done.alarms;
        } catch (error) {
          // The other files do not wait for this one to be mended.
          failed += 1;
          say(`autoops: ${(error as Error).message}`);
        }
      }
      const { version, digest } = engineConfiguration();
      say(
        `${files.length - failed} of ${files.length} files, ${rows} rows, ${alarms} alarms (${options.preset}, ${options.tier}, engine ${version}, configuration ${digest})`,
      );
      if (failed > 0) process.exitCode = EXIT.error;
    });
}
