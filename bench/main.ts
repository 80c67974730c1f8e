import { detectorBenchmark } from './detector.ts';
import { detectorWideBenchmark } from './detector-wide.ts';
import { loadBefore, section, writeSections } from './document.ts';
import { engineBenchmarks } from './engines/index.ts';
import type { Benchmark, Figure } from './figure.ts';
import { ingestBenchmark } from './ingest.ts';
import { faultBenchmark } from './fault.ts';
import { loopBenchmark } from './loop.ts';
import { memoryBenchmark } from './memory.ts';
import { policyBenchmark } from './policy.ts';
import { rollbackBenchmark } from './rollback.ts';
import { soakBenchmark } from './soak.ts';
import { stepsBenchmark } from './steps.ts';
import { valueBenchmark } from './value.ts';
import { webBenchmark } from './web.ts';

const words = process.argv.slice(2);
const dataAt = words.indexOf('--data');
const data = dataAt >= 0 ? (words.splice(dataAt, 2)[1] ?? '') : (process.env['AUTOOPS_BENCH_DATA'] ?? '');
const minutesAt = words.indexOf('--minutes');
const minutes = minutesAt >= 0 ? Number(words.splice(minutesAt, 2)[1]) : undefined;
if (minutes !== undefined && !(minutes > 0)) {
  process.stderr.write('Say how many minutes: --minutes 30.\n');
  process.exit(2);
}
const BENCHMARKS: readonly Benchmark[] = [
  ingestBenchmark,
  detectorBenchmark,
  detectorWideBenchmark,
  policyBenchmark,
  stepsBenchmark,
  loopBenchmark,
  faultBenchmark,
  rollbackBenchmark,
  memoryBenchmark,
  valueBenchmark,
  webBenchmark,
  soakBenchmark(minutes),
];
const ENGINES = engineBenchmarks(data);
const HELP = `pnpm bench [name ...] [--data DIR] [--minutes N] [--quick] [--write]

Benchmarks:
${BENCHMARKS.map((benchmark) => `  ${benchmark.name.padEnd(13)} ${benchmark.about}`).join('\n')}
  ${'engines'.padEnd(13)} the engines on public labelled data in --data or AUTOOPS_BENCH_DATA: ${ENGINES.map(({ name }) => name).join(', ')}

--minutes  how long the soak lasts
--quick    fewer rounds
--write    put the figures into docs/BENCHMARKS.md
`;

const number = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(3);

function row(figure: Figure): string {
  const spread = figure.spread ? `${number(figure.spread.low)} to ${number(figure.spread.high)}` : '';
  const ratio = figure.ratio ? `${figure.ratio.value.toPrecision(3)} x ${figure.ratio.to}` : '';
  return `| ${figure.name} | ${number(figure.value)} ${figure.unit} | ${spread} | ${ratio} | ${figure.note ?? ''} |`;
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
const sections = new Map<string, string>();
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name} ...\n`);
  const before = loadBefore();
  const figures = await benchmark.run({ quick: words.includes('--quick') });
  const table = ['| figure | median | range | ratio | note |', '|---|---|---|---|---|', ...figures.map(row)].join('\n');
  const title = benchmark.title ?? benchmark.name;
  process.stdout.write(`\n## ${title}\n${benchmark.about}\n\n${table}\n`);
  sections.set(benchmark.name, section({ name: benchmark.name, title, about: benchmark.about, busy: before, table }));
}
if (words.includes('--write')) writeSections(sections);
