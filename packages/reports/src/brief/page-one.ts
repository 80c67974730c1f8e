import { budgetChart, durationText, lineChart, plainNumber, valueText, type ChartMarker } from '@autoops/charts';
import type { NarrativeSentence } from '@autoops/contracts';
import { PAGE, PRINT, type Canvas } from './canvas.ts';
import type { BriefInput } from './brief-input.ts';
import { drawScene } from './scene.ts';

const COMPACT = { top: 16, right: 8, bottom: 20, left: 38 };

/** Moments of the story as letters: D detected, P policy, A approved, X action, R recovered. */
export function momentsOf(input: BriefInput): readonly ChartMarker[] {
  const run = input.runs.at(-1);
  const approved = input.approvals
    .flatMap((approval) => approval.decisions)
    .find((decision) => decision.decision === 'approve');
  const decision = input.decisions.find((item) => item.phase === 'plan') ?? input.decisions.at(-1);
  const acted = run?.steps.map((step) => step.dispatchedAt ?? step.finishedAt).find((instant) => instant !== undefined);
  const recovered = run?.verification.verdict === 'verified' ? run.verification.windowStartedAt : undefined;
  const marks: readonly (readonly [string, string | undefined])[] = [
    ['D', input.incident.openedAt],
    ['P', decision?.decidedAt],
    ['A', approved?.at],
    ['X', acted],
    ['R', recovered],
  ];
  return marks.flatMap(([text, instant]) =>
    instant === undefined
      ? []
      : [
          {
            at: Date.parse(instant),
            text,
            ink: text === 'D' ? ('critical' as const) : text === 'R' ? ('allow' as const) : ('axis' as const),
          },
        ],
  );
}

/** The sentences of a section, joined. */
export function sentencesOf(input: BriefInput, ...sections: readonly NarrativeSentence['section'][]): string {
  return (input.narrative?.sentences ?? [])
    .filter((sentence) => sections.includes(sentence.section))
    .map((sentence) => sentence.text)
    .join(' ');
}

function range(low: number | null, high: number | null, unit: string): string {
  return low === null || high === null ? 'unknown' : `${plainNumber(low, 1)} to ${plainNumber(high, 1)}${unit}`;
}

const usualOf = (n: number): string => (n === 0 ? 'no history yet (n = 0)' : `${n} comparable`);

function tilesOf(
  input: BriefInput,
): readonly { readonly label: string; readonly value: string; readonly note: string }[] {
  const { incident, value } = input;
  const seconds = (Date.parse(incident.closedAt ?? incident.updatedAt) - Date.parse(incident.openedAt)) / 1000;
  const contained = incident.outcome === 'verified';
  const money = value?.money;
  // Without an objective nobody counted what users felt: that is no zero.
  const counted = input.evidence.some((item) => item.kind === 'series') ? value?.observed : undefined;
  return [
    {
      label: 'Requests that failed',
      value: counted ? plainNumber(counted.failedRequests, 0) : 'not counted',
      note: value?.claim
        ? `${plainNumber(value.failedRequestsAvoided.p50 ?? 0, 0)} more avoided`
        : 'none claimed as avoided',
    },
    {
      label: contained ? 'Time to contain' : 'Time open',
      value: durationText(Math.max(0, seconds)),
      note: usualOf(value?.comparables ?? 0),
    },
    {
      label: 'Error budget spent',
      value: counted ? valueText(counted.budgetShare, 'ratio') : 'not counted',
      note: value?.claim ? `${valueText(value.budgetShareAvoided.p50 ?? 0, 'ratio')} saved` : 'nothing saved',
    },
    money
      ? {
          label: value.indicative ? 'Booked, indicative' : 'Value booked (P10)',
          value: `${money.currency} ${plainNumber(Number(money.booked.amount), 0)}`,
          note: `P50 ${plainNumber(Number(money.p50.amount), 0)}, grade ${value.grade}`,
        }
      : {
          label: 'Bad minutes avoided',
          value: value ? plainNumber(value.badMinutesAvoided.p50 ?? 0, 1) : '0',
          note: value ? range(value.badMinutesAvoided.p10, value.badMinutesAvoided.p90, ' min') : 'no rate card',
        },
  ];
}

function strip(canvas: Canvas, input: BriefInput): void {
  const { incident } = input;
  const until = incident.closedAt ? ` to ${incident.closedAt.slice(11, 19)}` : ', still open';
  canvas.paragraph(
    `${incident.name}  \u00b7  ${incident.service}, ${incident.environment}  \u00b7  ${incident.severity}  \u00b7  ${incident.openedAt.slice(0, 10)} ${incident.openedAt.slice(11, 19)}${until} UTC  \u00b7  ${(incident.outcome ?? incident.state).replaceAll('-', ' ')}`,
    { size: 9, colour: PRINT.soft },
  );
  canvas.paragraph(
    `Report of incident version ${incident.version}, bundle SHA-256 ${input.documentSha256.slice(0, 12)}`,
    { size: 9, colour: PRINT.soft, link: input.bundleUrl },
  );
  canvas.y += 4;
}

function tiles(canvas: Canvas, input: BriefInput): void {
  const gap = 10;
  const width = (canvas.contentWidth - 3 * gap) / 4;
  const top = canvas.y + 4;
  tilesOf(input).forEach((tile, index) => {
    const x = PAGE.margin + index * (width + gap);
    canvas.decoration(() => canvas.document.roundedRect(x, top, width, 70, 5).fill(PRINT.tile));
    canvas.textAt(x + 9, top + 9, tile.label, { size: 9, colour: PRINT.soft, width: width - 12 });
    canvas.textAt(x + 9, top + 25, tile.value, { size: 17, font: 'bold', width: width - 12 });
    canvas.textAt(x + 9, top + 51, tile.note, { size: 9, colour: PRINT.soft, width: width - 12 });
  });
  canvas.y = top + 84;
}

function charts(canvas: Canvas, input: BriefInput): void {
  const gap = 18;
  const width = (canvas.contentWidth - gap) / 2;
  const markers = momentsOf(input);
  const forecast = input.incident.forecast;
  const last = input.sli.at(-1)?.at ?? Date.parse(input.incident.updatedAt);
  const from = Math.min(Date.parse(input.incident.openedAt) - 30_000, input.sli[0]?.at ?? Infinity);
  const time = { from, to: Math.max(last, from + 120_000) };
  const fan = (forecast?.fan ?? [])
    .map((point) => ({ at: Date.parse(point.at), ...point.badRatio }))
    .filter((point) => point.at <= time.to);
  const budgetFan = (forecast?.fan ?? []).map((point) => ({ at: Date.parse(point.at), ...point.budgetLeft }));
  const label = (x: number, text: string): void => canvas.textAt(x, canvas.y, text, { size: 9, font: 'bold', width });
  label(PAGE.margin, 'A  Failed share; dotted: forecast');
  label(PAGE.margin + width + gap, 'B  Error budget left; violet: without action');
  const top = canvas.y + 14;
  drawScene(
    canvas,
    lineChart({
      title: `${input.incident.service} bad operations`,
      unit: 'ratio',
      points: input.sli,
      markers,
      forecast: fan,
      time,
      width: 340,
      height: 230,
      margins: COMPACT,
    }),
    PAGE.margin,
    top,
    width,
  );
  drawScene(
    canvas,
    budgetChart({
      title: `${input.incident.service} error budget`,
      observed: input.budget,
      fan: budgetFan,
      ...(forecast ? { exhaustion: { issuedAt: Date.parse(forecast.issuedAt), ...forecast.exhaustionSeconds } } : {}),
      width: 340,
      height: 230,
      margins: COMPACT,
    }),
    PAGE.margin + width + gap,
    top,
    width,
  );
  canvas.y = top + (230 * width) / 340 + 6;
  canvas.paragraph('D detected, P policy, A approved, X action, R recovered. Forecast frozen before the action.', {
    size: 9,
    colour: PRINT.soft,
  });
  canvas.y += 4;
}

/** The questions of page one, with the sections that answer them. */
const ANSWERS: readonly (readonly [string, readonly NarrativeSentence['section'][]])[] = [
  ['What happened', ['what-happened', 'cause']],
  ['What was done, and why it was allowed', ['what-was-done', 'why-allowed']],
  ['Are we safer now', ['are-we-safer']],
  ['Decision asked', ['decision']],
];
/** Words for the answers: what is left of the page's 230 after strip, headline, tiles and charts. */
const ANSWER_WORDS = 118;

const wordsOf = (text: string): number => text.split(/\s+/u).filter((word) => word !== '').length;

/**
 * What page one answers, in reading order: the first sentence of each section always, then as many others as the page may have words.
 * The details hold all of them.
 */
export function answersOf(input: BriefInput): readonly Pick<NarrativeSentence, 'section' | 'text'>[] {
  const asked = input.narrative?.actions.find((action) => action.type === 'process')?.text ?? 'None.';
  const all = [...(input.narrative?.sentences ?? []), { section: 'decision' as const, text: asked }].filter(
    ({ section }) => ANSWERS.some(([, sections]) => sections.includes(section)),
  );
  const first = all.filter((sentence, index) => all.findIndex(({ section }) => section === sentence.section) === index);
  let left = ANSWER_WORDS - first.reduce((sum, { text }) => sum + wordsOf(text), 0);
  const kept = new Set(first);
  for (const sentence of all) {
    if (kept.has(sentence) || wordsOf(sentence.text) > left) continue;
    left -= wordsOf(sentence.text);
    kept.add(sentence);
  }
  return all.filter((sentence) => kept.has(sentence));
}

/** The 60-second page: strip, headline, four tiles, two charts, three answers and the decision asked. */
export function pageOne(canvas: Canvas, input: BriefInput): void {
  strip(canvas, input);
  canvas.heading(1, sentencesOf(input, 'headline') || input.incident.title);
  tiles(canvas, input);
  charts(canvas, input);
  const told = answersOf(input);
  for (const [title, sections] of ANSWERS) {
    const text = told
      .filter(({ section }) => sections.includes(section))
      .map((sentence) => sentence.text)
      .join(' ');
    if (text === '') continue;
    canvas.paragraph(title, { font: 'bold', size: 10 });
    canvas.paragraph(text);
    canvas.y += 2;
  }
}
