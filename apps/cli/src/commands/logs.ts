import { LogParser } from '@autoops/pipeline';
import { Command } from 'commander';
import { textLines } from '../input/text-lines.ts';
import { say } from '../output/print.ts';
import { csvField, TextFile } from '../output/text-file.ts';
import { endWithItsCode } from './connected.ts';

/** The template of each line by number, kept as four bytes a line however many come. */
class Handles {
  private values = new Uint32Array(1 << 16);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint32Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] as number;
  }
}

/** Reads a log and writes each line's template as CSV; resolves to how many lines and templates there were. */
export async function parseLog(input: string, output: string): Promise<{ lines: number; templates: number }> {
  const parser = new LogParser();
  const handles = new Handles();
  for await (const lines of textLines(input)) for (const line of lines) handles.push(parser.add(line));
  const { templates, templateOf } = parser.grouping();
  const rows = templates.map(({ id, text }) => `${id},${csvField(text)}`);
  const out = new TextFile(output);
  await out.line('line,template_id,template');
  for (let line = 0; line < handles.length; line++) {
    const full = out.line(`${line + 1},${rows[templateOf[handles.at(line)] as number] ?? ''}`);
    if (full !== undefined) await full;
  }
  await out.end();
  return { lines: handles.length, templates: templates.length };
}

/** `autoops logs parse --input FILE --out FILE`. */
export function logsCommand(): Command {
  const parse = new Command('parse')
    .description('find the templates of a log: one message per line in, CSV line,template_id,template out')
    .requiredOption('--input <file>', 'log messages, one per line, plain or .gz')
    .requiredOption('--out <file>', 'CSV file to write')
    .action((options: { input: string; out: string }) =>
      endWithItsCode(false, async () => {
        const { lines, templates } = await parseLog(options.input, options.out);
        say(`${lines} lines, ${templates} templates: ${options.out}`);
      }),
    );
  return new Command('logs').description('log templates').addCommand(parse);
}
