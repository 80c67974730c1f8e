import { budgetChart, lineChart, type ChartMarker, type Scene } from '@autoops/charts';
import type { BriefInput } from './brief-input.ts';
import { countsOf } from './curves.ts';
import { hasActed } from './page-one-content.ts';
import { standingDecision } from './standing-decision.ts';

const SIZE = { width: 340, height: 240, margins: { top: 22, right: 10, bottom: 20, left: 38 }, unitInTitle: true };
const NOT_OBSERVED = 'not observed';
/** How much of the time after the end a chart shows for the forecast, as a share of what was observed, and at least in ms. */
const AHEAD_SHARE = 0.35;
const AHEAD_MS = 60_000;
/** Samples come late by less than half of this, in ms. */
const UNKNOWN_MS = 10_000;
/** The budget's chart looks as far as the forecast's end of it, and a little; at least so far in ms. */
const BUDGET_AHEAD_MS = 15 * 60_000;

/** What the letters of the charts stand for, in the order of a story. */
const LETTERS = {
  D: 'detected',
  P: 'policy',
  A: 'approved',
  N: 'forbidden',
  X: 'action',
  U: 'undone',
  R: 'recovered',
} as const;

/** What the letters in the charts of an incident stand for, and since when its forecast stands. */
export function legendOf(input: BriefInput): string {
  const shown = new Set(momentsOf(input).map(({ text }) => text));
  const letters = Object.entries(LETTERS).filter(([letter]) => shown.has(letter));
  const when = hasActed(input) ? ' frozen before any action' : '';
  const frozen = input.incident.forecast === undefined ? '' : ` Dotted: forecast${when}.`;
  return `${letters.map(([letter, word]) => `${letter} ${word}`).join(', ')}.${frozen}`;
}

/** Moments of the story as letters. */
export function momentsOf(input: BriefInput): readonly ChartMarker[] {
  const run = input.runs.at(-1);
  const approved = input.approvals
    .flatMap((approval) => approval.decisions)
    .find((decision) => decision.decision === 'approve');
  const standing = input.decisions[standingDecision(input)];
  const judged =
    input.decisions.find(({ phase, planHash }) => phase === 'plan' && planHash === standing?.planHash) ?? standing;
  const forbidden = standing?.verdict.effect === 'deny' ? standing : undefined;
  const steps = run?.steps ?? [];
  // What is undone was dispatched once more, for that; when it was done is kept.
  const acted = earliest(
    steps.map((step) => (step.direction === 'undo' ? step.finishedAt : (step.dispatchedAt ?? step.finishedAt))),
  );
  const undone = earliest(steps.map((step) => step.undoneAt));
  const recovered = run?.verification.verdict === 'verified' ? run.verification.windowStartedAt : undefined;
  const marks: readonly (readonly [keyof typeof LETTERS, string | undefined, ChartMarker['ink']])[] = [
    ['D', input.incident.openedAt, 'critical'],
    ['P', judged === forbidden ? undefined : judged?.decidedAt, 'axis'],
    ['A', approved?.at, 'axis'],
    ['N', forbidden?.decidedAt, 'critical'],
    ['X', acted, 'axis'],
    ['U', undone, 'axis'],
    ['R', recovered, 'allow'],
  ];
  return marks.flatMap(([text, instant, ink]) =>
    instant === undefined ? [] : [{ at: Date.parse(instant), text, ink }],
  );
}

function earliest(instants: readonly (string | undefined)[]): string | undefined {
  return instants.filter((instant) => instant !== undefined).toSorted()[0];
}

/** Chart A: the share that failed, what the objective allows, the frozen forecast dotted. Chart B: the budget, with and without action. */
export function chartsOf(input: BriefInput): readonly { readonly title: string; readonly scene: Scene }[] {
  const { forecast } = input.incident;
  const service = forecast?.service ?? input.incident.service;
  const markers = momentsOf(input);
  const allowed = countsOf(input.evidence)?.allowedRatio;
  const known = input.sli.filter(({ value }) => value !== null);
  const end = known.at(-1)?.at ?? Date.parse(input.incident.updatedAt);
  const from = Math.min(Date.parse(input.incident.openedAt) - 30_000, input.sli[0]?.at ?? Infinity);
  const to = forecast ? end + Math.max(AHEAD_MS, (end - from) * AHEAD_SHARE) : Math.max(end, from + AHEAD_MS);
  // A stretch of the incident that nobody observed; the time after it is not unknown, but no part of the report.
  const unobserved = Date.parse(input.incident.closedAt ?? input.incident.updatedAt) - end > 2 * UNKNOWN_MS;
  const issuedAt = forecast ? Date.parse(forecast.issuedAt) : end;
  const now = forecast?.currentBadRatio ?? 0;
  const fan = forecast
    ? [
        { at: issuedAt, p10: now, p50: now, p90: now },
        ...forecast.fan.map((point) => ({ at: Date.parse(point.at), ...point.badRatio })),
      ].filter((point) => point.at <= to)
    : [];
  const left = forecast?.budgetLeft ?? 1;
  const budgetFan = forecast
    ? [
        { at: issuedAt, p10: left, p50: left, p90: left },
        ...forecast.fan.map((point) => ({ at: Date.parse(point.at), ...point.budgetLeft })),
      ]
    : [];
  const gone = (forecast?.exhaustionSeconds.p50 ?? 0) * 1000;
  const horizon = Math.min(budgetFan.at(-1)?.at ?? to, Math.max(to, issuedAt + Math.max(BUDGET_AHEAD_MS, gone * 1.25)));
  return [
    {
      title: `A  Share of ${service} requests that failed, %`,
      scene: lineChart({
        ...SIZE,
        title: `${service} failed requests`,
        unit: 'ratio',
        points: input.sli,
        markers,
        forecast: fan,
        lettersAbove: true,
        forecastText: 'forecast',
        ...(allowed === undefined ? {} : { bound: { value: allowed, text: 'allowed' } }),
        ...(unobserved ? { knownUntil: end, unknownText: NOT_OBSERVED } : {}),
        time: { from, to },
      }),
    },
    {
      title: `B  Error budget of ${service} left, %`,
      scene: budgetChart({
        ...SIZE,
        title: `${service} error budget`,
        observed: input.budget,
        fan: budgetFan,
        fanText: 'without action',
        observedText: 'observed',
        ...(unobserved ? { knownUntil: end, knownAgainFrom: issuedAt, unknownText: NOT_OBSERVED } : {}),
        ...(forecast ? { exhaustion: { issuedAt, ...forecast.exhaustionSeconds } } : {}),
        time: { from, to: horizon },
      }),
    },
  ];
}
