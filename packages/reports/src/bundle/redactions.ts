/** Marks that the hooks leave, by hook. */
const MARK = /\[redacted:(private-key|jwt|credential|password|secret|key|email|card)\]/g;
const HOOK_OF: Readonly<Record<string, string>> = { email: 'email', card: 'card' };

/**
 * What was redacted in a document: every mark in it, by hook and place (member names joined by dots, lists not numbered), in order of
 * hook and place. Made from the document alone, so that whoever reads it can count again.
 */
export function redactionsOf(
  document: object,
): { readonly hook: string; readonly field: string; readonly count: number }[] {
  const counts = new Map<string, { hook: string; field: string; count: number }>();
  const visit = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      for (const [, mark] of value.matchAll(MARK)) {
        const hook = HOOK_OF[mark ?? ''] ?? 'secret';
        const known = counts.get(`${hook} ${field}`);
        if (known === undefined) counts.set(`${hook} ${field}`, { hook, field, count: 1 });
        else known.count += 1;
      }
    } else if (Array.isArray(value)) for (const item of value) visit(item, field);
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) visit(item, field === '' ? name : `${field}.${name}`);
  };
  visit(document, '');
  return [...counts.values()].toSorted((a, b) => (`${a.hook} ${a.field}` < `${b.hook} ${b.field}` ? -1 : 1));
}
