import { durationText, plainNumber, valueText } from '@autoops/charts';
import type { NarrativeSentence } from '@autoops/contracts';
import type { BriefInput } from './brief-input.ts';
import { at, DOCUMENT_DIGEST, evidencePlaces, figure, sentenceSaid, textOf, type Figure, type Said } from './said.ts';

export interface Tile {
  readonly label: string;
  readonly value: Said;
  readonly note: Said;
}

/** A question of page one with its answer and the evidence that it stands on. */
export interface Answer {
  readonly title: string;
  readonly said: Said;
  readonly evidence: readonly string[];
}

const clock = (instant: string): string => instant.slice(11, 19);
const opened = at('incident', 'openedAt');

/** Whether a run of the incident has changed anything. */
export function hasActed(input: Pick<BriefInput, 'runs'>): boolean {
  return input.runs.some((run) => run.steps.some((step) => step.dispatchedAt !== undefined));
}

/** Two lines: which incident, where, how bad, when, how it ended; and what this report is of. */
export function stripOf({ incident, documentSha256 }: BriefInput): readonly Said[] {
  const end: Said =
    incident.closedAt === undefined
      ? [', still open']
      : [' to ', figure(clock(incident.closedAt), at('incident', 'closedAt'))];
  return [
    [
      figure(incident.name, at('incident', 'name')),
      ` \u00b7 ${incident.service}, ${incident.environment} \u00b7 ${incident.severity} \u00b7 `,
      figure(`${incident.openedAt.slice(0, 10)} ${clock(incident.openedAt)}`, opened),
      ...end,
      ` UTC \u00b7 ${(incident.outcome ?? incident.state).replaceAll('-', ' ')}`,
    ],
    [
      'Version ',
      figure(String(incident.version), at('incident', 'version')),
      ', bundle SHA\u2011256 ',
      figure(documentSha256.slice(0, 12), DOCUMENT_DIGEST),
    ],
  ];
}

/** The narrative's headline; before the story is told, the incident's title. */
export function headlineOf(input: BriefInput): Said {
  const told = input.narrative?.sentences.find((sentence) => sentence.section === 'headline');
  return told
    ? sentenceSaid(told, input.evidence)
    : [figure(input.incident.title, at('incident', 'title'), at('anomalies'))];
}

/** How long the incident was open: from the value's evidence, or from the record while the story is not told. */
function openFor(input: BriefInput): Figure {
  const index = input.evidence.findLastIndex((item) => item.kind === 'value');
  const seconds = input.evidence[index]?.data['openSeconds'];
  if (typeof seconds === 'number') return figure(durationText(seconds), at('evidence', index, 'data', 'openSeconds'));
  const { openedAt, updatedAt } = input.incident;
  const open = Math.max(0, Math.round((Date.parse(updatedAt) - Date.parse(openedAt)) / 1000));
  return figure(durationText(open), opened, at('incident', 'updatedAt'));
}

/** How long such trouble lasts that nobody treats, as far as it is known. */
function usually(input: BriefInput): Said {
  const { value } = input;
  const comparables = figure(`n = ${value?.comparables ?? 0}`, at('value', 'comparables'));
  const row = value?.inputs.findIndex(({ name }) => name === 'Untreated duration') ?? -1;
  const seconds = /median (\d+) s/.exec(value?.inputs[row]?.value ?? '')?.[1];
  if (seconds === undefined) return value ? ['no history yet (', comparables, ')'] : ['no history yet'];
  return [
    'untreated about ',
    figure(durationText(Number(seconds)), at('value', 'inputs', row)),
    ' (',
    comparables,
    ')',
  ];
}

/** Four tiles: what users felt, how long, what it took of the budget, and what the treatment was worth. */
export function tilesOf(input: BriefInput): readonly Tile[] {
  const { incident, value } = input;
  // Without an objective nobody counted what users felt: that is no zero.
  const counted = input.evidence.some((item) => item.kind === 'series') ? value?.observed : undefined;
  const observed = (name: string): string => at('value', 'observed', name);
  const avoided = value?.failedRequestsAvoided.p50 ?? 0;
  const saved = value?.budgetShareAvoided.p50 ?? 0;
  return [
    {
      label: 'Requests that failed',
      value: counted
        ? [
            figure(plainNumber(counted.failedRequests, 0), observed('failedRequests')),
            ' of ',
            figure(plainNumber(counted.requests, 0), observed('requests')),
          ]
        : ['not counted'],
      note: value?.claim
        ? [figure(plainNumber(avoided, 0), at('value', 'failedRequestsAvoided', 'p50')), ' more avoided']
        : ['none claimed as avoided'],
    },
    {
      label: incident.outcome === 'verified' ? 'Time to contain' : 'Time open',
      value: [openFor(input)],
      note: usually(input),
    },
    {
      label: 'Error budget spent',
      value: counted ? [figure(valueText(counted.budgetShare, 'ratio'), observed('budgetShare'))] : ['not counted'],
      note: value?.claim
        ? [figure(valueText(saved, 'ratio'), at('value', 'budgetShareAvoided', 'p50')), ' saved']
        : ['nothing claimed as saved'],
    },
    worthOf(input),
  ];
}

function worthOf({ value }: BriefInput): Tile {
  const money = value?.money;
  if (!money) {
    const { p10, p50, p90 } = value?.badMinutesAvoided ?? { p10: null, p50: null, p90: null };
    const minutes = (amount: number | null, name: string): Figure | string =>
      amount === null ? 'unknown' : figure(plainNumber(amount, 1), at('value', 'badMinutesAvoided', name));
    return {
      label: 'Bad minutes avoided',
      value: [minutes(p50, 'p50')],
      note: value ? [minutes(p10, 'p10'), ' to ', minutes(p90, 'p90'), ' min; no rate card'] : ['not computed'],
    };
  }
  const amount = (name: 'p10' | 'p50' | 'p90' | 'booked'): Figure =>
    figure(plainNumber(Number(money[name].amount), 0), at('value', 'money', name, 'amount'));
  return {
    label: value.indicative ? 'Booked, indicative' : 'Value booked (P10)',
    value: [`${money.currency} `, amount('booked')],
    note: value.claim
      ? ['P50 ', amount('p50'), ' (', amount('p10'), ' to ', amount('p90'), `), grade ${value.grade}`]
      : [`no claim, grade ${value.grade}`],
  };
}

/** The most words that page one may have: what is read in a minute (ux.md). */
export const PAGE_ONE_WORDS = 230;

/** How many words a text has; what holds neither letter nor digit is none. */
export function wordsOf(text: string): number {
  return (text.match(/\S*[\p{L}\d]\S*/gu) ?? []).length;
}

/**
 * What page one answers, in reading order: the first sentence of each section always, then as many others as `words` have room for;
 * the details hold all of them. Last what is asked of the reader, of whom and by when.
 */
export function answersOf(input: BriefInput, words: number): readonly Answer[] {
  const questions: readonly (readonly [string, readonly NarrativeSentence['section'][]])[] = [
    ['What happened', ['what-happened', 'cause']],
    [
      hasActed(input) ? 'What was done, and why it was allowed' : 'What was not done, and why',
      ['what-was-done', 'why-allowed'],
    ],
    ['Are we safer now', ['are-we-safer']],
  ];
  const asked = decisionAsked(input);
  const all = (input.narrative?.sentences ?? []).filter(({ section }) =>
    questions.some(([, sections]) => sections.includes(section)),
  );
  const first = all.filter((sentence, index) => all.findIndex(({ section }) => section === sentence.section) === index);
  const owed = [textOf(asked), ASKED, ...questions.map(([title]) => title), ...first.map(({ text }) => text)];
  let left = words - owed.reduce((sum, text) => sum + wordsOf(text), 0);
  const kept = new Set(first);
  for (const sentence of all) {
    if (kept.has(sentence) || wordsOf(sentence.text) > left) continue;
    left -= wordsOf(sentence.text);
    kept.add(sentence);
  }
  const answers = questions.flatMap(([title, sections]): readonly Answer[] => {
    const mine = all.filter((sentence) => sections.includes(sentence.section) && kept.has(sentence));
    if (mine.length === 0) return [];
    return [
      {
        title,
        said: mine.flatMap((sentence, index) => [
          ...(index > 0 ? [' '] : []),
          ...sentenceSaid(sentence, input.evidence),
        ]),
        evidence: [...new Set(mine.flatMap(({ evidence }) => evidence))],
      },
    ];
  });
  return [...answers, { title: ASKED, said: asked, evidence: [] }];
}

const ASKED = 'Decision asked';

function decisionAsked(input: BriefInput): Said {
  const actions = input.narrative?.actions ?? [];
  const index = actions.findIndex((action) => action.type === 'process');
  const action = actions[index];
  if (action === undefined) return ['None.'];
  return [
    `${action.text} Owner: ${action.owner}`,
    ...(action.due === undefined ? [] : [', by ', figure(action.due, at('actions', index, 'due'))]),
    '.',
  ];
}

/** The sentences of these sections as one text; empty when there are none. */
export function sectionSaid(input: BriefInput, ...sections: readonly NarrativeSentence['section'][]): Said {
  return (input.narrative?.sentences ?? [])
    .filter((sentence) => sections.includes(sentence.section))
    .flatMap((sentence, index) => [...(index > 0 ? [' '] : []), ...sentenceSaid(sentence, input.evidence)]);
}

/** A text of the record as it stands, on a place of the document or, where evidence is cited, on that. */
export function recorded(
  input: BriefInput,
  text: string,
  evidence: readonly string[],
  ...places: readonly string[]
): Said {
  return [figure(text, ...places, ...evidencePlaces(input.evidence, evidence))];
}
