import { z } from 'zod';
import type { BrokenLine } from './broken-line.ts';
import { textLines } from './text-lines.ts';

/** A bounded resource's past: a value every `step_s` seconds, null where a scrape was lost. */
const ResourceTrace = z.object({
  id: z.union([z.string(), z.number()]),
  limit: z.number().positive('the limit is a positive number'),
  step_s: z.number().positive('the step is a positive number of seconds').max(86_400, 'the step is a day at most'),
  x: z.array(z.number().nullable()),
});
export type ResourceTrace = z.infer<typeof ResourceTrace>;

/** A trace and where it stands: file and line. */
export interface PlacedTrace {
  readonly place: string;
  readonly trace: ResourceTrace;
}

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

/** Numbers too large for JSON's reader (`1e999`), which it gives as infinities, made unknown in place. */
function withoutInfinities(found: unknown): unknown {
  const values = (found as { x?: unknown } | null)?.x;
  if (Array.isArray(values))
    values.forEach((value, index) => {
      if (typeof value === 'number' && !Number.isFinite(value)) values[index] = null;
    });
  return found;
}

/**
 * The traces of a JSON-lines file, plain or `.gz`, one at a time. Other members are passed over, empty
 * lines too. NaN, Infinity and -Infinity, which JSON does not have but Python writes, count as lost. A line that is no trace is given
 * as that, and those after it follow.
 */
export async function* tracesOf(file: string): AsyncGenerator<PlacedTrace | BrokenLine> {
  let line = 0;
  for await (const lines of textLines(file))
    for (const raw of lines) {
      line++;
      const text = raw.trim();
      if (text === '') continue;
      const place = `${file}:${line}`;
      const found = withoutInfinities(parsed(text));
      if (found === undefined) {
        yield { broken: `${place}: the line is not JSON.` };
        continue;
      }
      const trace = ResourceTrace.safeParse(found);
      if (!trace.success) {
        const [issue] = trace.error.issues;
        const at = issue?.path.join('.') ?? '';
        const why = `${at === '' ? '' : `${at}: `}${issue?.message ?? 'wrong'}`;
        yield { broken: `${place}: the line is no trace {id, limit, step_s, x}: ${why}.` };
        continue;
      }
      yield { place, trace: trace.data };
    }
}
