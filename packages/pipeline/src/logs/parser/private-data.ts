import { HOOKS } from '@autoops/contracts';
import { NUMBERED } from './line-shape.ts';

/** None of the hooks can match without one of these. */
const ANY_HINT = new RegExp(HOOKS.map(({ hint }) => hint.source).join('|'), 'i');
/** What the hooks leave in a text, here or where it came in. */
const REDACTED = /\[redacted:[a-z-]{1,40}\]/g;
/** Identifiers without a digit: those with one are values by that alone. */
export const LETTER_IDS = /\b(?:[a-f]{8}-[a-f]{4}-[a-f]{4}-[a-f]{4}-[a-f]{12}|[a-f]{16,128})\b/gi;

/**
 * A canonical line without secrets, e-mail addresses, card numbers and identifiers: each becomes a value, so that no template and no
 * id of one is made from them. The same hooks as at ingest; depends on the canonical line alone.
 */
export function withoutPrivateData(canonical: string): string {
  let line = canonical;
  if (ANY_HINT.test(line))
    for (const hook of HOOKS) {
      if (!hook.hint.test(line)) continue;
      line = line.replace(hook.pattern, (match: string, ...rest: unknown[]) => {
        const groups = rest.filter(
          (part): part is string | undefined => typeof part === 'string' || part === undefined,
        );
        return hook.replace(match, groups) ?? match;
      });
    }
  return line.replace(REDACTED, NUMBERED).replace(LETTER_IDS, NUMBERED);
}
