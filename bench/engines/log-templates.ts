import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  LogParser,
  PARSER_CONFIGURATION,
  seededRandom,
  TemplateStream,
  type LogParserOptions,
} from '@autoops/pipeline';
import type { Benchmark, Figure } from '../figure.ts';
import { medianOf, processorSeconds } from '../figure.ts';
import { configurationHash } from './configuration-hash.ts';
import { csvRows } from './csv.ts';
import { groupingScore, type GroupingScore } from './grouping-score.ts';
import { leanestFor } from './leave-one-system-out.ts';
import { madeLogs } from './made-logs/index.ts';

interface LabelledLine {
  readonly content: string;
  readonly template: string;
}

/** Lines of each made-up program when they stand beside the systems with labels. */
const MADE_LINES = 1000;

/** The labelled lines of one loghub system. */
function labelledLines(folder: string, system: string): LabelledLine[] {
  const [head = [], ...rows] = csvRows(readFileSync(join(folder, system, `${system}_2k.log_structured.csv`), 'utf8'));
  const content = head.indexOf('Content');
  const template = head.indexOf('EventId');
  return rows.map((row) => ({ content: row[content] ?? '', template: row[template] ?? '' }));
}

function score(lines: readonly LabelledLine[], options?: LogParserOptions): GroupingScore {
  const parser = new LogParser(options);
  const handles = lines.map(({ content }) => parser.add(content));
  const { templateOf } = parser.grouping();
  return groupingScore(
    lines.map(({ template }) => template),
    handles.map((handle) => templateOf[handle] as number),
  );
}

/** The same for the form that the live loop uses: what it said of each line as it came, never corrected. */
function scoreAsTheyCome(lines: readonly LabelledLine[]): GroupingScore {
  const stream = new TemplateStream();
  return groupingScore(
    lines.map(({ template }) => template),
    lines.map(({ content }, at) => stream.add(content, at).template.id),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Grouping accuracy, FGA and speed of the log templates on the labelled systems in `data`/loghub. */
export function logTemplatesBenchmark(data: string): Benchmark {
  const folder = join(data, 'loghub');
  return {
    name: 'log-templates',
    title: 'Log templates',
    about: `Grouping of the loghub 2k samples, all with one configuration (\`${configurationHash(PARSER_CONFIGURATION)}\`: masks, redaction hooks, constants and bounds), no rules per system. These are in-sample figures: masks and constants were written while looking at these very systems. Left out, a system is grouped by the leanest configuration that the five others and the made-up programs ask for: every mask, rule and word goes, and every constant is moved, that they do not need. The made-up programs (bench/engines/made-logs) are written by hand in the manner of other well-known ones; their writer had seen the six, so that a system nobody looked at may do worse. As they come: what the live loop says of each line at once; a statement counts only when its very first lines were right, too.`,
    run: async ({ quick }) => {
      const systems = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      );
      const all = systems.map((system) => labelledLines(folder, system));
      const figures: Figure[] = [];
      const scores = all.map((lines) => score(lines));
      const made = madeLogs(MADE_LINES).map(({ lines }) => lines);
      const leanFor = (others: readonly (readonly LabelledLine[])[]): LogParserOptions =>
        leanestFor((options) => mean(others.map((other) => score(other, options).accuracy)));
      const withoutOne = all.map((_, i) => all.filter((_lines, other) => other !== i));
      const leftOut = all.map((lines, i) => score(lines, leanFor([...(withoutOne[i] ?? []), ...made])));
      const byLabelledAlone = all.map((lines, i) => score(lines, leanFor(withoutOne[i] ?? [])));
      const asTheyCome = all.map(scoreAsTheyCome);
      systems.forEach((system, i) => {
        const [inSample, out, live] = [scores[i], leftOut[i], asTheyCome[i]] as [
          GroupingScore,
          GroupingScore,
          GroupingScore,
        ];
        figures.push({
          name: `${system}: grouping accuracy`,
          value: inSample.accuracy,
          unit: '',
          note: `FGA ${inSample.f1.toFixed(3)}; left out ${out.accuracy.toFixed(3)}, FGA ${out.f1.toFixed(3)}; as they come ${live.accuracy.toFixed(3)}, FGA ${live.f1.toFixed(3)}`,
        });
      });
      figures.push({
        name: 'mean grouping accuracy',
        value: mean(scores.map(({ accuracy }) => accuracy)),
        unit: '',
        ratio: { to: 'Drain, tuned per system (.862)', value: mean(scores.map(({ accuracy }) => accuracy)) / 0.862 },
        note: `FGA ${mean(scores.map(({ f1 }) => f1)).toFixed(3)}`,
      });
      for (const [name, found] of [
        ['mean with the system left out', leftOut],
        ['the same, but for the made-up programs', byLabelledAlone],
        ['mean as they come', asTheyCome],
      ] as const)
        figures.push({
          name,
          value: mean(found.map(({ accuracy }) => accuracy)),
          unit: '',
          note: `FGA ${mean(found.map(({ f1 }) => f1)).toFixed(3)}`,
        });
      const madeScores = made.map((lines) => score(lines));
      figures.push(
        medianOf(
          'made-up programs',
          '',
          madeScores.map(({ accuracy }) => accuracy),
          {
            note: `mean ${mean(madeScores.map(({ accuracy }) => accuracy)).toFixed(3)}, FGA ${mean(madeScores.map(({ f1 }) => f1)).toFixed(3)}: ${made.length} programs, ${MADE_LINES} lines each; .86 before the parser was mended by them`,
          },
        ),
      );
      const random = seededRandom('log-templates');
      const parts = all.flatMap((lines) =>
        [100, 300, 1000].flatMap((size) =>
          Array.from({ length: 4 }, () => {
            const from = Math.floor(random.uniform() * (lines.length - size));
            return score(lines.slice(from, from + size));
          }),
        ),
      );
      figures.push(
        medianOf(
          'parts of 100, 300 and 1,000 lines',
          '',
          parts.map(({ accuracy }) => accuracy),
          {
            note: `mean ${mean(parts.map(({ accuracy }) => accuracy)).toFixed(3)}, FGA ${mean(parts.map(({ f1 }) => f1)).toFixed(3)}: few lines show few values`,
          },
        ),
      );
      const contents = all.flat().map(({ content }) => content);
      const rounds: number[] = [];
      for (let round = 0; round <= (quick ? 3 : 9); round++) {
        const seconds = await processorSeconds(() => {
          const parser = new LogParser();
          for (let turn = 0; turn < 10; turn++) for (const line of contents) parser.add(line);
          parser.grouping();
        });
        if (round > 0) rounds.push((contents.length * 10) / seconds);
      }
      figures.push(
        medianOf('lines masked and grouped', '1/s per core', rounds, {
          note: `${Math.round(mean(contents.map(({ length }) => length)))} characters a line, the six systems mixed`,
        }),
      );
      const live: number[] = [];
      for (let round = 0; round <= (quick ? 3 : 9); round++) {
        const seconds = await processorSeconds(() => {
          const streams = all.map(() => new TemplateStream());
          for (let turn = 0; turn < 5; turn++)
            all.forEach((lines, system) => {
              for (const { content } of lines) streams[system]?.add(content, turn);
            });
        });
        if (round > 0) live.push((contents.length * 5) / seconds);
      }
      figures.push(medianOf('lines as they come', '1/s per core', live, { note: 'a stream a system, cold at first' }));
      return figures;
    },
  };
}
