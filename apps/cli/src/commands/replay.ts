import { shortId } from '@autoops/charts';
import { Command } from 'commander';
import { z } from 'zod';
import { EXIT } from '../api/exit-code.ts';
import { formatOf, print, printDocument, printTable } from '../output/print.ts';
import { connected } from './connected.ts';

const ReplayAnswer = z.looseObject({
  ok: z.boolean(),
  decisions: z.array(
    z.looseObject({
      stage: z.string(),
      what: z.string(),
      subject: z.string(),
      match: z.boolean(),
      recorded: z.string(),
      recomputed: z.string(),
      why: z.string().optional(),
    }),
  ),
});

/** `autoops replay INCIDENT`: recomputes every decision; exit 7 when one differs. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .description('recompute every decision of an incident from its record and compare digests')
    .argument('<incident>', 'id or INC-number')
    .option('-o, --output <format>', 'table, json or yaml', 'table');
  return connected<{ output: string }>(command, 'operator', async (client, [incident = ''], options) => {
    const { body } = await client.call(
      'POST',
      `/api/v1/incidents/${encodeURIComponent(incident)}/replay`,
      ReplayAnswer,
    );
    const format = formatOf(options.output);
    if (format === 'json' || format === 'yaml') printDocument(body, format);
    else {
      printTable(
        ['stage', 'decision', 'of', 'match', 'recorded', 'recomputed', 'why'],
        body.decisions.map((row) => [
          row.stage,
          row.what,
          shortId(row.subject),
          row.match ? 'same' : 'DIFFERS',
          row.recorded.slice(0, 12),
          row.recomputed.slice(0, 12) || '-',
          row.why ?? '',
        ]),
      );
      const differing = body.decisions.filter((row) => !row.match).length;
      print(
        differing === 0
          ? `${body.decisions.length} decisions, all the same.`
          : `${differing} of ${body.decisions.length} decisions did not come out the same.`,
      );
    }
    if (!body.ok) process.exitCode = EXIT.conflict;
  });
}
