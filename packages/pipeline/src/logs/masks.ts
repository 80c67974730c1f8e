/** What varies in a log line and says nothing about which statement wrote it, most specific first. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<ip>'],
  [/"[^"]{0,400}"|'[^']{0,400}'/g, '<quoted>'],
  [/(?<![\w.])(?:\/[\w.@%+~-]+){2,}\/?/g, '<path>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, '<hex>'],
  [/(?<![\w.])[-+]?\d+(?:[.,]\d+)*(?:ms|s|m|h|kb|mb|gb|%|b)?(?![\w])/gi, '<number>'],
];

/** Lines longer than this are read up to here: no template needs more, and cost per line stays bounded. */
const LONGEST = 1000;

/** A line's words with everything that varies replaced by its kind. Never throws. */
export function maskedTokens(body: string): string[] {
  let line = body.length > LONGEST ? body.slice(0, LONGEST) : body;
  for (const [pattern, mask] of MASKS) line = line.replace(pattern, mask);
  return line.split(/[\s,;|()[\]{}]+/).filter((token) => token !== '');
}
