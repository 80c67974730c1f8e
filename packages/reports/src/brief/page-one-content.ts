import { durationText, plainNumber, valueText } from '@autoops/charts';
import { LEFT_TO_PEOPLE, type NarrativeSentence } from '@autoops/contracts';
import type { BriefInput } from './brief-input.ts';
import { countedOf } from './counted.ts';
import { untreatedDuration } from './untreated-duration.ts';
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
  const feltAt = incident.forecast?.service ?? incident.service;
  const felt = feltAt === incident.service ? '' : ` (felt at ${feltAt})`;
  const end: Said =
    incident.closedAt === undefined
      ? [', still open']
      : [' to ', figure(clock(incident.closedAt), at('incident', 'closedAt'))];
  return [
    [
      figure(incident.name, at('incident', 'name')),
      ` \u00b7 ${incident.service}${felt}, ${incident.environment} \u00b7 ${incident.severity} \u00b7 `,
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
  const counted = countedOf(input.evidence);
  if (counted?.openSeconds !== undefined) return figure(durationText(counted.openSeconds), counted.place);
  const { openedAt, updatedAt } = input.incident;
  const open = Math.max(0, Math.round((Date.parse(updatedAt) - Date.parse(openedAt)) / 1000));
  return figure(durationText(open), opened, at('incident', 'updatedAt'));
}

/** How long such trouble lasts that nobody treats: observed of comparable incidents, or else what the rate card assumes. */
function untreated({ value }: BriefInput): Said {
  const comparables = figure(`n\u00A0=\u00A0${value?.comparables ?? 0}`, at('value', 'comparables'));
  const known = untreatedDuration(value?.inputs ?? []);
  if (known === undefined) return value ? ['no history yet (', comparables, ')'] : ['no history yet'];
  const usual = figure(durationText(known.seconds), at('value', 'inputs', known.row));
  return known.assumedBy === undefined
    ? ['untreated: ', usual, ' (', comparables, ')']
    : ['assumed untreated: ', usual, ' (', comparables, ')'];
}

/** What is known of the trouble at the moment it was left to people. */
function lastSeen({ evidence }: BriefInput): string {
  const end = countedOf(evidence)?.atTheEnd;
  if (end === undefined || end.requests === 0) return 'the end was not observed';
  return end.failed > 0 ? 'requests were still failing' : 'no request failed just before';
}

/** Four tiles: what users felt, how long, what it took of the budget, and what the treatment was worth. */
export function tilesOf(input: BriefInput): readonly Tile[] {
  const { incident, value } = input;
  // Without an objective nobody counted what users felt: that is no zero.
  const observed = input.evidence.some((item) => item.kind === 'series') ? value?.observed : undefined;
  const place = (name: string): string => at('value', 'observed', name);
  const counted = countedOf(input.evidence);
  const leftToPeople = incident.outcome !== undefined && LEFT_TO_PEOPLE.has(incident.outcome);
  const avoided = value?.failedRequestsAvoided.p50 ?? 0;
  const saved = value?.budgetShareAvoided.p50 ?? 0;
  const partOf: Said | undefined =
    observed !== undefined && counted?.hardlyObserved === true
      ? ['in the ', figure(durationText(counted.observedSeconds), counted.place), ' observed, of ', openFor(input)]
      : undefined;
  const more: Said = leftToPeople ? ['at least, when closed'] : ['none claimed as avoided'];
  return [
    {
      label: 'Requests that failed',
      value: observed
        ? [
            figure(plainNumber(observed.failedRequests, 0), place('failedRequests')),
            ' of ',
            figure(plainNumber(observed.requests, 0), place('requests')),
          ]
        : ['not counted'],
      note:
        partOf ??
        (value?.claim
          ? [figure(plainNumber(avoided, 0), at('value', 'failedRequestsAvoided', 'p50')), ' more avoided']
          : more),
    },
    {
      label: incident.outcome === 'verified' ? 'Time to contain' : leftToPeople ? 'Left to people after' : 'Time open',
      value: [openFor(input)],
      note: leftToPeople ? [lastSeen(input)] : untreated(input),
    },
    {
      label: 'Error budget spent',
      value: observed ? [figure(valueText(observed.budgetShare, 'ratio'), place('budgetShare'))] : ['not counted'],
      note: partOf
        ? ['at least; the rest was not observed']
        : value?.claim
          ? [figure(valueText(saved, 'ratio'), at('value', 'budgetShareAvoided', 'p50')), ' saved']
          : leftToPeople
            ? ['at least']
            : ['nothing claimed as saved'],
    },
    worthOf(input),
  ];
}

/** Why nothing is claimed, without the consequence. */
const causeOf = (reason: string): string => (reason.split(/, so |[.:]/u)[0] ?? reason).trim();

function worthOf({ value }: BriefInput): Tile {
  if (value === undefined) return { label: 'Value booked', value: ['None yet'], note: ['nothing is computed yet'] };
  if (!value.claim)
    return { label: 'Value booked', value: ['None'], note: [figure(causeOf(value.reason), at('value', 'reason'))] };
  const { money } = value;
  if (!money) {
    const { p10, p50, p90 } = value.badMinutesAvoided;
    const minutes = (amount: number | null, name: string): Figure | string =>
      amount === null ? 'unknown' : figure(plainNumber(amount, 1), at('value', 'badMinutesAvoided', name));
    return {
      label: 'Bad minutes avoided',
      value: [minutes(p50, 'p50')],
      note: [minutes(p10, 'p10'), ' to ', minutes(p90, 'p90'), ' min; no rate card'],
    };
  }
  const amount = (name: 'p10' | 'p50' | 'p90' | 'booked'): Figure =>
    figure(plainNumber(Number(money[name].amount), 0), at('value', 'money', name, 'amount'));
  const range: Said = [`${money.currency} `, amount('p50'), ' (', amount('p10'), ' to ', amount('p90'), ')'];
  // What is indicative is not booked: a zero would read as if nothing had been gained.
  if (value.indicative && Number(money.booked.amount) === 0)
    return { label: 'Value booked', value: ['None yet'], note: ['estimate ', ...range] };
  return {
    label: value.indicative ? 'Booked, indicative' : 'Value booked (P10)',
    value: [`${money.currency} `, amount('booked')],
    note: ['P50 ', ...range, `, grade ${value.grade}`],
  };
}

/** The most words that page one may have: what is read in a minute (ux.md). */
export const PAGE_ONE_WORDS = 230;

/** Where page one has not room for all sentences, these come first: cause and reason before how it was found. */
const FIRST_TOLD: readonly NarrativeSentence['section'][] = ['cause', 'why-allowed', 'what-was-done', 'what-happened'];

/** How many words a text has; what holds neither letter nor digit is none. */
export function wordsOf(text: string): number {
  return (text.match(/\S*[\p{L}\d]\S*/gu) ?? []).length;
}

/**
 * What page one answers, in reading order: the first sentence of each section but the cause always, then as many others as `words` have room for;
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
  const first = all.filter(
    ({ section }, index) => section !== 'cause' && all.findIndex((each) => each.section === section) === index,
  );
  const owed = [textOf(asked), ASKED, ...questions.map(([title]) => title), ...first.map(({ text }) => text)];
  let left = words - owed.reduce((sum, text) => sum + wordsOf(text), 0);
  const kept = new Set(first);
  for (const sentence of FIRST_TOLD.flatMap((section) => all.filter((each) => each.section === section))) {
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
