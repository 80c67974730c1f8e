import { z } from 'zod';
import { CommandError, EXIT } from '../api/exit-code.ts';
import { textLines } from './text-lines.ts';

/** A bounded resource's past: a value every `step_s` seconds, null where a scrape was lost. */
const ResourceTrace = z.object({
  id: z.union([z.string(), z.number()]),
  limit: z.number().positive('the limit is a positive number'),
  step_s: z.number().positive('the step is a positive number of seconds').max(86_400, 'the step is a day at most'),
  x: z.array(z.number().nullable()),
});
export type ResourceTrace = z.infer<typeof ResourceTrace>;

/** JSON, or what Python writes for it: NaN and the infinities as bare words, which become null. Undefined for anything else. */
function parsed(text: string): unknown {
  for (const form of [text, text.replaceAll(/(?<=[[,:]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, 'null')]) {
    try {
      return JSON.parse(form) as unknown;
    } catch {
      // The next form is tried.
    }
  }
  return undefined;
}

/**
 * The traces of a JSON-lines file, plain or `.gz`, one at a time. Other members are passed over, empty
 * lines too. NaN, Infinity and -Infinity, which JSON does not have but Python writes, count as lost. Throws a CommandError with
 * file and line for what is no trace.
 */
export async function* tracesOf(file: string): AsyncGenerator<ResourceTrace> {
  let line = 0;
  for await (const lines of textLines(file))
    for (const raw of lines) {
      line++;
      const text = raw.trim();
      if (text === '') continue;
      const wrong = (why: string) => new CommandError(`${file}:${line}: ${why}.`, EXIT.error);
      const found = parsed(text);
      if (found === undefined) throw wrong('the line is not JSON');
      const trace = ResourceTrace.safeParse(found);
      if (!trace.success) {
        const [issue] = trace.error.issues;
        const at = issue?.path.join('.') ?? '';
        throw wrong(
          `the line is no trace {id, limit, step_s, x}: ${at === '' ? '' : `${at}: `}${issue?.message ?? 'wrong'}`,
        );
      }
      yield trace.data;
    }
}
