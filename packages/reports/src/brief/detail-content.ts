import type { Narrative } from '@autoops/contracts';
import type { BriefInput } from './brief-input.ts';
import type { Block, Cell, Column, Section } from './section.ts';
import { appendixSections } from './appendix-content.ts';
import { recorded, sectionSaid } from './page-one-content.ts';
import { at, figure, textOf, type Said } from './said.ts';
import { standingDecision } from './standing-decision.ts';
import { valueSection } from './value-content.ts';

/** At most so many rows of the story: more is a log, and that is in the bundle. */
const STORY_ROWS = 12;
const REJECTED_ROWS = 5;
const TOGETHER_ROWS = 6;

const time = (instant: string | undefined, ...place: readonly (string | number)[]): Said =>
  instant === undefined ? [''] : [figure(instant.slice(11, 19), at(...place))];

/** A table, or a sentence where there is nothing to put into it. */
function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], otherwise: string): Block {
  return rows.length === 0 ? { kind: 'paragraph', said: [otherwise] } : { kind: 'table', columns, rows };
}

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

function runSections(input: BriefInput): readonly Section[] {
  const index = input.runs.length - 1;
  const run = input.runs[index];
  if (run === undefined) return [];
  const window = run.verification.samples.filter((sample) => sample.phase === 'window');
  const samples = at('runs', index, 'verification', 'samples');
  const sources = [...new Set(window.map(({ service, indicator }) => `${service} ${indicator.replaceAll('_', ' ')}`))];
  const verdict: Said =
    run.verification.verdict === undefined
      ? [`Not verified: ${run.state.replaceAll('-', ' ')}.`]
      : [
          `Verification: ${run.verification.verdict}, `,
          figure(`${window.filter((sample) => sample.good).length} of ${window.length}`, samples),
          ' samples good, of ',
          figure(sources.join(', ') || 'no signal', samples),
          '.',
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

function guardrailSection(input: BriefInput): Section {
  const place = standingDecision(input);
  const rules = input.decisions[place]?.verdict.rules ?? [];
  const deciding = rules.map((rule, index) => ({ rule, index })).filter(({ rule }) => rule.effect !== 'allow');
  const agreeing = rules.length - deciding.length;
  const plan = input.plans.length - 1;
  const token = input.runs.at(-1)?.rollbackToken;
  const rows: (readonly Cell[])[] = [
    ...deciding.map(({ rule, index }) => [
      [`Rule ${rule.ruleId}`],
      [rule.effect.replace('-', ' ')],
      [figure(rule.fact, at('policyDecisions', place, 'verdict', 'rules', index, 'fact'))],
    ]),
    ...(agreeing > 0
      ? [
          [
            [deciding.length > 0 ? 'All other rules' : 'Every rule'],
            ['allow'],
            [
              figure(`${agreeing} rules`, at('policyDecisions', place, 'verdict', 'rules')),
              '; each is in the appendix',
            ],
          ],
        ]
      : []),
    ...input.approvals.flatMap((approval, index) =>
      approval.decisions.length === 0
        ? [
            [
              ['Approval'],
              [approval.state],
              [
                'asked for at ',
                ...time(approval.createdAt, 'approvals', index, 'createdAt'),
                ', to be decided by ',
                ...time(approval.expiresAt, 'approvals', index, 'expiresAt'),
                ' UTC',
              ],
            ],
          ]
        : approval.decisions.map((item, turn) => [
            ['Approval'],
            [item.decision === 'approve' ? 'approved' : 'rejected'],
            [
              `${item.actor.id}, `,
              ...time(item.at, 'approvals', index, 'decisions', turn, 'at'),
              ' UTC',
              ...(item.reason === ''
                ? []
                : [': ', figure(item.reason, at('approvals', index, 'decisions', turn, 'reason'))]),
            ],
          ]),
    ),
    ...(input.plans[plan]?.prechecks ?? []).map((check, index) => [
      ['Precheck'],
      [check.passed ? 'passed' : 'failed'],
      [
        figure(check.title, at('plans', plan, 'prechecks', index, 'title')),
        ': ',
        figure(check.fact, at('plans', plan, 'prechecks', index, 'fact')),
      ],
    ]),
    ...(token
      ? [
          [
            ['Rollback token'],
            [token.state],
            token.state === 'valid'
              ? [
                  'expires ',
                  figure(
                    token.expiresAt.slice(0, 16).replace('T', ' '),
                    at('runs', input.runs.length - 1, 'rollbackToken', 'expiresAt'),
                  ),
                  ' UTC',
                ]
              : ['what was done was undone, or cannot be any more'],
          ],
        ]
      : []),
  ];
  return {
    title: 'Guardrails: why it was allowed, or not',
    blocks: [
      table(
        [
          { title: 'Guardrail', share: 0.26 },
          { title: 'Result', share: 0.17 },
          { title: 'Fact', share: 0.57 },
        ],
        rows,
        'No plan was judged.',
      ),
    ],
  };
}

function rejectedSections(input: BriefInput): readonly Section[] {
  const plan = input.plans.length - 1;
  const rejected = input.plans[plan]?.rejected ?? [];
  const none = input.timeline.findLastIndex((entry) => entry.reason === 'no-safe-plan');
  if (input.incident.outcome === 'no-safe-plan' && none >= 0)
    return [
      {
        title: 'Considered, not chosen',
        blocks: [
          {
            kind: 'paragraph',
            said: [figure(input.timeline[none]?.text ?? '', at('timeline', none, 'text'))],
          },
        ],
      },
    ];
  if (rejected.length === 0) return [];
  return [
    {
      title: 'Considered, not chosen',
      blocks: [
        table(
          [
            { title: 'Runbook', share: 0.26 },
            { title: 'Because', share: 0.74 },
          ],
          rejected
            .slice(0, REJECTED_ROWS)
            .map((candidate, index) => [
              [figure(candidate.title, at('plans', plan, 'rejected', index, 'title'))],
              [figure(candidate.detail, at('plans', plan, 'rejected', index, 'detail'))],
            ]),
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
