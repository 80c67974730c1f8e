import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { detectorBenchmark } from './detector.ts';
import { engineBenchmarks } from './engines/index.ts';
import type { Benchmark, Figure } from './figure.ts';
import { ingestBenchmark } from './ingest.ts';
import { loopBenchmark } from './loop.ts';
import { memoryBenchmark } from './memory.ts';
import { policyBenchmark } from './policy.ts';
import { rollbackBenchmark } from './rollback.ts';
import { stepsBenchmark } from './steps.ts';
import { valueBenchmark } from './value.ts';

const BENCHMARKS: readonly Benchmark[] = [
  ingestBenchmark,
  detectorBenchmark,
  policyBenchmark,
  stepsBenchmark,
  loopBenchmark,
  rollbackBenchmark,
  memoryBenchmark,
  valueBenchmark,
];
const words = process.argv.slice(2);
const dataAt = words.indexOf('--data');
const data = dataAt >= 0 ? (words.splice(dataAt, 2)[1] ?? '') : (process.env['AUTOOPS_BENCH_DATA'] ?? '');
const ENGINES = engineBenchmarks(data);
const HELP = `pnpm bench [name ...] [--data DIR] [--quick] [--write]

Benchmarks:
${BENCHMARKS.map((benchmark) => `  ${benchmark.name.padEnd(10)} ${benchmark.about}`).join('\n')}
  ${'engines'.padEnd(10)} the engines on public labelled data in --data or AUTOOPS_BENCH_DATA: ${ENGINES.map(({ name }) => name).join(', ')}

--quick   fewer rounds
--write   put the figures into docs/BENCHMARKS.md
`;

const number = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(3);

function row(figure: Figure): string {
  const spread = figure.spread ? `${number(figure.spread.low)} to ${number(figure.spread.high)}` : '';
  const ratio = figure.ratio ? `${figure.ratio.value.toPrecision(3)} x ${figure.ratio.to}` : '';
  return `| ${figure.name} | ${number(figure.value)} ${figure.unit} | ${spread} | ${ratio} | ${figure.note ?? ''} |`;
}

/** The document with the section of each benchmark that ran replaced and the others left as they are. */
function rewritten(document: string, sections: ReadonlyMap<string, string>): string {
  let text = document;
  for (const [name, section] of sections) {
    const pattern = new RegExp(`<!-- bench:${name} -->[\\s\\S]*?<!-- /bench:${name} -->`);
    text = pattern.test(text) ? text.replace(pattern, section) : `${text.trimEnd()}\n\n${section}\n`;
  }
  return text;
}

const names = words.filter((word) => !word.startsWith('--'));
const wanted = new Set(names.flatMap((name) => (name === 'engines' ? ENGINES.map((engine) => engine.name) : [name])));
const chosen = names.length === 0 ? BENCHMARKS : [...BENCHMARKS, ...ENGINES].filter(({ name }) => wanted.has(name));
if (words.includes('--help') || chosen.length < wanted.size) {
  process.stdout.write(HELP);
  process.exit(words.includes('--help') ? 0 : 2);
}
if (data === '' && chosen.some((benchmark) => ENGINES.includes(benchmark))) {
  process.stderr.write('Say where the data is: --data DIR or AUTOOPS_BENCH_DATA.\n');
  process.exit(2);
}
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
/** How busy the machine was with other things before: figures of a busy one say little about the product. */
const busy = () => `load average before ${(loadavg()[0] ?? 0).toFixed(1)}`;
const sections = new Map<string, string>();
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name} ...\n`);
  const before = busy();
  const figures = await benchmark.run({ quick: words.includes('--quick') });
  const table = ['| figure | median | range | ratio | note |', '|---|---|---|---|---|', ...figures.map(row)].join('\n');
  process.stdout.write(`\n## ${benchmark.title ?? benchmark.name}\n${benchmark.about}\n\n${table}\n`);
  sections.set(
    benchmark.name,
    `<!-- bench:${benchmark.name} -->\n## ${benchmark.title ?? benchmark.name}\n${benchmark.about} Measured on ${machine}, ${before}.\n\n${table}\n<!-- /bench:${benchmark.name} -->`,
  );
}
if (words.includes('--write')) {
  const file = fileURLToPath(new URL('../docs/BENCHMARKS.md', import.meta.url));
  let document: string;
  try {
    document = readFileSync(file, 'utf8');
  } catch {
    document =
      '# Benchmarks\n\nEach table is written by `pnpm bench NAME --write`; ratios compare with a peer or a baseline in the same run.\n';
  }
  writeFileSync(file, rewritten(document, sections));
}
