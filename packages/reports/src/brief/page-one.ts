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

function tilesOf(
  input: BriefInput,
): readonly { readonly label: string; readonly value: string; readonly note: string }[] {
  const { incident, value } = input;
  const seconds = (Date.parse(incident.closedAt ?? incident.updatedAt) - Date.parse(incident.openedAt)) / 1000;
  const contained = incident.outcome === 'verified';
  const money = value?.money;
  return [
    {
      label: 'Requests that failed',
      value: value ? plainNumber(value.observed.failedRequests, 0) : 'unknown',
      note: value?.claim
        ? `${plainNumber(value.failedRequestsAvoided.p50 ?? 0, 0)} more avoided`
        : 'none claimed as avoided',
    },
    {
      label: contained ? 'Time to contain' : 'Time open',
      value: durationText(Math.max(0, seconds)),
      note: `no history yet (n = ${value?.comparables ?? 0})`,
    },
    {
      label: 'Error budget spent',
      value: value ? valueText(value.observed.budgetShare, 'ratio') : 'unknown',
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
  const from = Date.parse(input.incident.openedAt) - 120_000;
  const time = { from, to: Math.max(last, from + 300_000) };
  const fan = (forecast?.fan ?? [])
    .map((point) => ({ at: Date.parse(point.at), ...point.badRatio }))
    .filter((point) => point.at <= time.to);
  const budgetFan = (forecast?.fan ?? []).map((point) => ({ at: Date.parse(point.at), ...point.budgetLeft }));
  const label = (x: number, text: string): void => canvas.textAt(x, canvas.y, text, { size: 9, font: 'bold', width });
  label(PAGE.margin, `A  Bad share of operations; dotted: forecast`);
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
  canvas.paragraph(
    'D detected, P policy, A approved, X action, R recovered. The forecast was frozen before the action.',
    { size: 9, colour: PRINT.soft },
  );
  canvas.y += 4;
}

/** The 60-second page: strip, headline, four tiles, two charts, three answers and the decision asked. */
export function pageOne(canvas: Canvas, input: BriefInput): void {
  strip(canvas, input);
  canvas.heading(1, sentencesOf(input, 'headline') || input.incident.title);
  tiles(canvas, input);
  charts(canvas, input);
  const answers: readonly (readonly [string, string])[] = [
    ['What happened', sentencesOf(input, 'what-happened', 'cause')],
    [
      'What was done, and why it was allowed',
      `${sentencesOf(input, 'what-was-done')} ${sentencesOf(input, 'why-allowed')}`.trim(),
    ],
    ['Are we safer now', sentencesOf(input, 'are-we-safer')],
    ['Decision asked', input.narrative?.actions.find((action) => action.type === 'process')?.text ?? 'None.'],
  ];
  for (const [title, text] of answers) {
    if (text === '') continue;
    canvas.paragraph(title, { font: 'bold', size: 10 });
    canvas.paragraph(text);
    canvas.y += 2;
  }
}
