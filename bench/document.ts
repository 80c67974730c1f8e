import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../docs/BENCHMARKS.md', import.meta.url));

/** The machine that figures are measured on, and the day. */
function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
}

/** How busy the machine is with other things: figures of a busy one say little about the product. */
export function loadBefore(): string {
  return `load average before ${(loadavg()[0] ?? 0).toFixed(1)}`;
}

/** One section of docs/BENCHMARKS.md: what was measured, on what machine, how busy that was, and the table. */
export function section(parts: {
  readonly name: string;
  readonly title?: string;
  readonly about: string;
  readonly busy: string;
  readonly table: string;
}): string {
  const { name, title = name, about, busy, table } = parts;
  return `<!-- bench:${name} -->\n## ${title}\n${about} Measured on ${machine()}, ${busy}.\n\n${table}\n<!-- /bench:${name} -->`;
}

/** Replaces these sections of docs/BENCHMARKS.md by name and leaves the others as they are. */
export function writeSections(sections: ReadonlyMap<string, string>): void {
  let text = readFileSync(FILE, 'utf8');
  for (const [name, content] of sections) {
    const pattern = new RegExp(`<!-- bench:${name} -->[\\s\\S]*?<!-- /bench:${name} -->`);
    text = pattern.test(text) ? text.replace(pattern, () => content) : `${text.trimEnd()}\n\n${content}\n`;
  }
  writeFileSync(FILE, text);
}
