import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A mistake in a file, with its place; lines and columns count from 1. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A rule that a schema cannot say: the place by its path in the document, and what to do. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type ReadDocument<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

const MAXIMUM_PROBLEMS = 20;
/** Aliases may be used, but not to blow a small file up into a large one. */
const MAXIMUM_ALIASES = 100;

/** `runbooks/park-poison.yaml:12:7 spec.riskClass: ...`, as an editor can jump to it. */
export function problemText({ file, line, column, message }: FileProblem): string {
  return `${file}:${line}:${column} ${message}`;
}

/** Parses YAML 1.2, checks it against a schema and further rules. Every problem has line and column; a file with one is not used. */
export function readDocument<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
  rules: (body: T) => readonly Finding[] = () => [],
): ReadDocument<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): Pick<FileProblem, 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return failed(document.errors.map((error) => ({ file, ...at(error.pos[0]), message: error.message })));
  }
  const body = plain(document);
  if (!body.ok) return failed([{ file, line: 1, column: 1, message: body.message }]);

  const place = (path: readonly PropertyKey[]): Pick<FileProblem, 'line' | 'column'> => at(offsetOf(document, path));
  const parsed = schema.safeParse(body.value);
  if (!parsed.success) return failed(parsed.error.issues.flatMap((issue) => issueProblems(file, issue, place)));
  const findings = rules(parsed.data);
  if (findings.length > 0) {
    return failed(
      findings.map(({ path, message }) => ({ file, ...place(path), message: `${pathText(path)}: ${message}` })),
    );
  }
  return { ok: true, body: parsed.data };
}

function failed(problems: readonly FileProblem[]): { readonly ok: false; readonly problems: readonly FileProblem[] } {
  return { ok: false, problems: problems.slice(0, MAXIMUM_PROBLEMS) };
}

function plain(
  document: Document,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MAXIMUM_ALIASES }) };
  } catch (thrown) {
    return { ok: false, message: thrown instanceof Error ? thrown.message : 'cannot be read' };
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'document' : path.map(String).join('.');
}

type Issue = z.core.$ZodIssue;

/** A key too many is reported at that key; a union's failure at the branch that came nearest. */
function issueProblems(
  file: string,
  issue: Issue,
  place: (path: readonly PropertyKey[]) => Pick<FileProblem, 'line' | 'column'>,
): FileProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { file, ...place(path), message: `${pathText(path)}: there is no such field here` };
    });
  }
  return [{ file, ...place(issue.path), message: `${pathText(issue.path)}: ${issue.message}` }];
}

/** Where a path is in the text: its key where it has one, else its value; for what is missing the nearest thing around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const inner = path.slice(0, length).map((part) => (typeof part === 'symbol' ? String(part) : part));
    const parent = length === 1 ? document.contents : document.getIn(inner.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === inner.at(-1));
      if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = document.getIn(inner, true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return isNode(document.contents) ? (document.contents.range?.[0] ?? 0) : 0;
}
