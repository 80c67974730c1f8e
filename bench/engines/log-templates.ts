import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GROUPING, LogParser, seededRandom } from '@autoops/pipeline';
import type { Benchmark, Figure } from '../figure.ts';
import { medianOf, processorSeconds } from '../figure.ts';
import { configurationHash } from './configuration-hash.ts';
import { csvRows } from './csv.ts';
import { groupingScore, type GroupingScore } from './grouping-score.ts';

interface LabelledLine {
  readonly content: string;
  readonly template: string;
}

/** The labelled lines of one loghub system. */
function labelledLines(folder: string, system: string): LabelledLine[] {
  const [head = [], ...rows] = csvRows(readFileSync(join(folder, system, `${system}_2k.log_structured.csv`), 'utf8'));
  const content = head.indexOf('Content');
  const template = head.indexOf('EventId');
  return rows.map((row) => ({ content: row[content] ?? '', template: row[template] ?? '' }));
}

function score(lines: readonly LabelledLine[]): GroupingScore {
  const parser = new LogParser();
  const handles = lines.map(({ content }) => parser.add(content));
  const { templateOf } = parser.grouping();
  return groupingScore(
    lines.map(({ template }) => template),
    handles.map((handle) => templateOf[handle] as number),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Grouping accuracy, FGA and speed of the log templates on the labelled systems in `data`/loghub. */
export function logTemplatesBenchmark(data: string): Benchmark {
  const folder = join(data, 'loghub');
  return {
    name: 'log-templates',
    title: 'Log templates',
    about: `Grouping of the loghub 2k samples, all with one configuration (\`${configurationHash(GROUPING)}\`), no rules per system; the masks were written while looking at these systems, others were never seen.`,
    run: async ({ quick }) => {
      const systems = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      );
      const all = systems.map((system) => labelledLines(folder, system));
      const figures: Figure[] = [];
      const scores = all.map(score);
      systems.forEach((system, i) => {
        const { accuracy, f1 } = scores[i] as GroupingScore;
        figures.push({ name: `${system}: grouping accuracy`, value: accuracy, unit: '', note: `FGA ${f1.toFixed(3)}` });
      });
      figures.push({
        name: 'mean grouping accuracy',
        value: mean(scores.map(({ accuracy }) => accuracy)),
        unit: '',
        ratio: { to: 'Drain, tuned per system (.862)', value: mean(scores.map(({ accuracy }) => accuracy)) / 0.862 },
        note: `FGA ${mean(scores.map(({ f1 }) => f1)).toFixed(3)}`,
      });
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
      return figures;
    },
  };
}
