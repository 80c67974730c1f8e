import { Annotation, page } from '@autoops/contracts';
import { Command } from 'commander';
import { z } from 'zod';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { formatOf, print, printDocument, printTable } from '../output/print.ts';
import { connected } from './connected.ts';

const AnnotationChanged = z.object({ annotation: Annotation, auditId: z.string() });

/** `autoops annotate SERVICE [TEXT]`: notes on a service's charts; without a text it lists them. */
export function annotateCommand(): Command {
  const command = new Command('annotate')
    .description("put a note on a service's charts, or list and remove notes")
    .argument('<service>', 'whose charts')
    .argument('[text]', 'the note, at most 280 characters; without it the notes are listed')
    .requiredOption('-e, --environment <name>', 'in which environment')
    .option('--from <time>', 'when it begins, RFC 3339 (default: now)')
    .option('--to <time>', 'when it ends (default: it is a moment)')
    .option('--delete <id>', 'remove a note of yours')
    .option('-o, --output <format>', 'table, json or yaml', 'table');
  return connected<{ environment: string; from?: string; to?: string; delete?: string; output: string }>(
    command,
    'operator',
    async (client, [service = '', text = ''], options) => {
      const { environment, from, to } = options;
      if (options.delete !== undefined) {
        if (text !== '') throw new CommandError('Give a text to note, or --delete to remove, not both.', EXIT.usage);
        const path = `/api/v1/annotations/${encodeURIComponent(options.delete)}`;
        const { body } = await client.call('DELETE', path, AnnotationChanged);
        print(`Removed: ${body.annotation.text} (audit ${body.auditId}).`);
      } else if (text === '') {
        const query = new URLSearchParams({ service, environment, ...(from && { from }), ...(to && { to }) });
        const { items } = await client.get(`/api/v1/annotations?${query.toString()}`, page(Annotation));
        const format = formatOf(options.output);
        if (format === 'json' || format === 'yaml') printDocument({ items }, format);
        else
          printTable(
            ['id', 'from', 'to', 'author', 'text'],
            items.map((note) => [note.id, note.from, note.to ?? '-', note.author.id, note.text]),
          );
      } else {
        const request = { service, environment, text, ...(from && { from }), ...(to && { to }) };
        const { body } = await client.call('POST', '/api/v1/annotations', AnnotationChanged, { body: request });
        print(`Noted at ${body.annotation.from} (audit ${body.auditId}).\n${body.annotation.id}`);
      }
    },
  );
}
