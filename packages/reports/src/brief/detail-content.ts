import { subjectText } from '@autoops/charts';
import type { Narrative, Run } from '@autoops/contracts';
import type { BriefInput } from './brief-input.ts';
import type { Cell, Section } from './section.ts';
import { appendixSections } from './appendix-content.ts';
import { guardrailSection } from './guardrail-content.ts';
import { recorded, sectionSaid } from './page-one-content.ts';
import { at, figure, textOf, type Said } from './said.ts';
import { standingPlan } from './standing-decision.ts';
import { table, time } from './table-block.ts';
import { valueSection } from './value-content.ts';

/** At most so many rows of the story: more is a log, and that is in the bundle. */
const STORY_ROWS = 12;
const REJECTED_ROWS = 5;
const TOGETHER_ROWS = 6;

function storySection(input: BriefInput): Section {
  const all = (input.narrative?.storyboard ?? []).map((row, index) => ({ row, index }));
  const rows = all
    .toSorted((a, b) => b.row.importance - a.row.importance || a.row.at.localeCompare(b.row.at))
    .slice(0, STORY_ROWS)
    .toSorted((a, b) => a.index - b.index);
  const sums = sectionSaid(input, 'impact', 'value');
  return {
    title: 'What happened, step by step',
    blocks: [
      table(
        [
          { title: 'UTC', share: 0.12 },
          { title: 'Lane', share: 0.12 },
          { title: 'What', share: 0.64 },
          { title: 'Evidence', share: 0.12 },
        ],
        rows.map(({ row, index }) => [
          time(row.at, 'story', 'storyboard', index, 'at'),
          [row.lane],
          recorded(input, row.text, row.evidence),
          { cites: row.evidence },
        ]),
        'The story is not told yet.',
      ),
      ...(textOf(sums) === '' ? [] : [{ kind: 'paragraph' as const, said: sums }]),
    ],
  };
}

/** What a state of a step is called where the machine's word says little to a reader. */
const STEP_WORDS: Readonly<Record<string, string>> = { compensated: 'undone', compensating: 'being undone' };

/** What a verification found, as a sentence begins. */
const FOUND: Readonly<Record<NonNullable<Run['verification']['verdict']>, string>> = {
  verified: 'It helped',
  ineffective: 'It did not help',
  harmful: 'It made things worse',
  inconclusive: 'Nobody could tell whether it helped',
};

function runSections(input: BriefInput): readonly Section[] {
  const index = input.runs.length - 1;
  const run = input.runs[index];
  if (run === undefined) return [];
  const window = run.verification.samples.filter((sample) => sample.phase === 'window');
  const samples = at('runs', index, 'verification', 'samples');
  const sources = [...new Set(window.map(({ service, indicator }) => subjectText(service, indicator)))];
  const verdict: Said =
    run.verification.verdict === undefined
      ? [`Not verified: ${run.state.replaceAll('-', ' ')}.`]
      : [
          `${FOUND[run.verification.verdict]}: `,
          figure(`${window.filter((sample) => sample.good).length} of ${window.length}`, samples),
          ' samples of an independent signal were good (',
          figure(sources.join(', ') || 'no signal', samples),
          ').',
        ];
  return [
    {
      title: 'What was done',
      blocks: [
        table(
          [
            { title: 'Step', share: 0.58 },
            { title: 'State', share: 0.16 },
            { title: 'Done, UTC', share: 0.13 },
            { title: 'Undone', share: 0.13 },
          ],
          run.steps.map((step, number) => [
            [figure(step.title, at('runs', index, 'steps', number, 'title'))],
            [STEP_WORDS[step.state] ?? step.state.replace('-', ' ')],
            time(step.finishedAt, 'runs', index, 'steps', number, 'finishedAt'),
            time(step.undoneAt, 'runs', index, 'steps', number, 'undoneAt'),
          ]),
          'No step was started.',
        ),
        { kind: 'paragraph', said: verdict },
      ],
    },
  ];
}

const capitalWords = (name: string): string => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('-', ' ');

function rejectedSections(input: BriefInput): readonly Section[] {
  const plan = standingPlan(input);
  const none = input.timeline.findLastIndex(({ considered }) => considered !== undefined);
  const rows: readonly (readonly Cell[])[] =
    plan < 0
      ? (input.timeline[none]?.considered ?? []).map((one, index) => {
          const place = (member: string) => at('timeline', none, 'considered', index, member);
          return [[figure(capitalWords(one.runbook), place('runbook'))], [figure(one.detail, place('detail'))]];
        })
      : (input.plans[plan]?.rejected ?? [])
          .slice(0, REJECTED_ROWS)
          .map((candidate, index) => [
            [figure(candidate.title, at('plans', plan, 'rejected', index, 'title'))],
            [figure(candidate.detail, at('plans', plan, 'rejected', index, 'detail'))],
          ]);
  if (rows.length === 0) return [];
  return [
    {
      title: 'Considered, not chosen',
      blocks: [
        table(
          [
            { title: 'Runbook', share: 0.26 },
            { title: 'Because', share: 0.74 },
          ],
          rows,
          '',
        ),
      ],
    },
  ];
}

function causeSections(input: BriefInput, story: Narrative): readonly Section[] {
  const { rootCause, criticalFailure, impact } = story.spine;
  const { correlation } = input.incident;
  return [
    {
      title: 'Cause, failure, impact',
      blocks: [
        table(
          [
            { title: 'Question', share: 0.2 },
            { title: 'Finding', share: 0.54 },
            { title: 'Confidence', share: 0.14 },
            { title: 'Evidence', share: 0.12 },
          ],
          (
            [
              ['Root cause', rootCause],
              ['Critical failure', criticalFailure],
              ['Impact', impact],
            ] as const
          ).map(([title, finding]) => [
            [title],
            recorded(input, finding.text, finding.evidence),
            [finding.confidence],
            { cites: finding.evidence.slice(0, 4) },
          ]),
          '',
        ),
      ],
    },
    ...(correlation.length > 1
      ? [
          {
            title: 'Why these belong together',
            blocks: [
              table(
                [{ title: 'What was joined, and why', share: 1 }],
                correlation
                  .slice(0, TOGETHER_ROWS)
                  .map((reason, index) => [[figure(reason, at('incident', 'correlation', index))]]),
                '',
              ),
            ],
          },
        ]
      : []),
  ];
}

const WORKED: Readonly<Record<string, string>> = { 'not-needed': 'not needed' };

function lessonSections(story: Narrative): readonly Section[] {
  const lines = (name: 'wentWell' | 'wentWrong' | 'gotLucky', title: string): readonly Cell[] => [
    [title],
    story[name].length === 0
      ? ['Nothing recorded.']
      : story[name].flatMap((text, index) => [
          ...(index > 0 ? ['. '] : []),
          figure(text, at('lessons', name, index), at('anomalies'), at('evidence')),
        ]),
  ];
  return [
    {
      title: 'Controls: what was there to prevent this',
      blocks: [
        table(
          [
            { title: 'Control', share: 0.26 },
            { title: 'Result', share: 0.17 },
            { title: 'Note', share: 0.57 },
          ],
          story.controls.map((row, index) => [
            [row.control],
            [WORKED[row.worked] ?? row.worked],
            [figure(row.note, at('controls', index, 'note'), at('anomalies'))],
          ]),
          '',
        ),
      ],
    },
    {
      title: 'Went well, went wrong, got lucky',
      blocks: [
        table(
          [
            { title: 'Went', share: 0.2 },
            { title: 'What the record shows', share: 0.8 },
          ],
          [lines('wentWell', 'Well'), lines('wentWrong', 'Wrong'), lines('gotLucky', 'Lucky')],
          '',
        ),
      ],
    },
    {
      title: 'Actions',
      blocks: [
        table(
          [
            { title: 'Action', share: 0.52 },
            { title: 'Type', share: 0.14 },
            { title: 'Owner', share: 0.18 },
            { title: 'By', share: 0.16 },
          ],
          story.actions.map((action, index) => [
            [figure(action.text, at('actions', index, 'text'), at('evidence'))],
            [action.type],
            [action.owner],
            action.due === undefined ? ['no date'] : [figure(action.due, at('actions', index, 'due'))],
          ]),
          'None.',
        ),
      ],
    },
  ];
}

/** The detail pages and the appendix: rows with their evidence, guardrails, value, controls, lessons, actions. */
export function detailSections(input: BriefInput): readonly Section[] {
  const story = input.narrative;
  return [
    storySection(input),
    ...runSections(input),
    guardrailSection(input),
    ...rejectedSections(input),
    valueSection(input),
    ...(story ? [...causeSections(input, story), ...lessonSections(story)] : []),
    ...appendixSections(input),
  ];
}
