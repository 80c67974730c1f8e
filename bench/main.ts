import { readOptions, refuse } from '../scripts/options.ts';
import { detectorBenchmark } from './detector.ts';
import { detectorBankBenchmarks } from './detector-banks.ts';
import { loadBefore, section, writeSections } from './document.ts';
import { engineBenchmarks } from './engines/index.ts';
import type { Benchmark, Figure } from './figure.ts';
import { ingestBenchmark } from './ingest.ts';
import { faultBenchmark } from './fault.ts';
import { loopBenchmark } from './loop.ts';
import { memoryBenchmark } from './memory.ts';
import { millionBenchmark } from './million.ts';
import { policyBenchmark } from './policy.ts';
import { rollbackBenchmark } from './rollback.ts';
import { soakBenchmark } from './soak.ts';
import { stepsBenchmark } from './steps.ts';
import { valueBenchmark } from './value.ts';
import { webBenchmark } from './web.ts';

const benchmarksFor = (minutes: number | undefined): readonly Benchmark[] => [
  ingestBenchmark,
  detectorBenchmark,
  ...detectorBankBenchmarks,
  millionBenchmark,
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
const HELP = `usage: pnpm bench [name ...] [--data DIR] [--minutes N] [--quick] [--write]

Benchmarks:
${benchmarksFor(undefined)
  .map((benchmark) => `  ${benchmark.name.padEnd(13)} ${benchmark.about}`)
  .join('\n')}
  ${'engines'.padEnd(13)} the engines on public labelled data in --data or AUTOOPS_BENCH_DATA: ${engineBenchmarks('')
    .map(({ name }) => name)
    .join(', ')}

--minutes  how long the soak lasts
--quick    fewer rounds
--write    put the figures into docs/BENCHMARKS.md`;
const { values: asked, positionals: names } = readOptions(HELP, {
  allowPositionals: true,
  options: {
    data: { type: 'string', default: process.env['AUTOOPS_BENCH_DATA'] ?? '' },
    minutes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const minutes = asked.minutes === undefined ? undefined : Number(asked.minutes);
if (minutes !== undefined && !(minutes > 0)) refuse(HELP, `--minutes wants a number above 0, not '${asked.minutes}'`);
const BENCHMARKS = benchmarksFor(minutes);
const ENGINES = engineBenchmarks(asked.data);

const number = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(3);

function row(figure: Figure): string {
  const spread = figure.spread ? `${number(figure.spread.low)} to ${number(figure.spread.high)}` : '';
  const ratio = figure.ratio ? `${figure.ratio.value.toPrecision(3)} x ${figure.ratio.to}` : '';
  return `| ${figure.name} | ${number(figure.value)} ${figure.unit} | ${spread} | ${ratio} | ${figure.note ?? ''} |`;
}

const wanted = new Set(names.flatMap((name) => (name === 'engines' ? ENGINES.map((engine) => engine.name) : [name])));
const all = [...BENCHMARKS, ...ENGINES];
const chosen = names.length === 0 ? BENCHMARKS : all.filter(({ name }) => wanted.has(name));
const unknown = [...wanted].find((name) => all.every((benchmark) => benchmark.name !== name));
if (unknown !== undefined) refuse(HELP, `There is no benchmark '${unknown}'`);
if (asked.data === '' && chosen.some((benchmark) => ENGINES.includes(benchmark)))
  refuse(HELP, 'Say where the data is: --data DIR or AUTOOPS_BENCH_DATA');
const sections = new Map<string, string>();
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name} ...\n`);
  const before = loadBefore();
  const figures = await benchmark.run({ quick: asked.quick });
  const table = ['| figure | median | range | ratio | note |', '|---|---|---|---|---|', ...figures.map(row)].join('\n');
  const title = benchmark.title ?? benchmark.name;
  process.stdout.write(`\n## ${title}\n${benchmark.about}\n\n${table}\n`);
  sections.set(benchmark.name, section({ name: benchmark.name, title, about: benchmark.about, busy: before, table }));
}
if (asked.write) writeSections(sections);
