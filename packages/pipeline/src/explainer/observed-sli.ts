import type { SloHistory } from '../slo/history.ts';
import type { Objective } from '../slo/objective.ts';

/** What was counted of a service's SLO around an incident: events of slot i ended in (startMs + i x step, startMs + (i + 1) x step]. */
export interface ObservedSli {
  readonly service: string;
  readonly slo: string;
  /** What the SLO is called by people. */
  readonly title?: string;
  /** The share of events that may be bad by the SLO. */
  readonly allowedRatio: number;
  readonly stepSeconds: number;
  readonly startMs: number;
  readonly bad: readonly number[];
  readonly total: readonly number[];
}

/** A slot holds at least this long: a second has so few operations that one failure would make it a bad second. */
const SLOT_SECONDS = 5;

/** The counts of a history from `fromMs` on, in slots; `undefined` where nothing was counted. Time nobody observed counts nothing. */
export function observedSli(
  history: SloHistory,
  objective: Pick<Objective, 'service' | 'name' | 'title' | 'target'>,
  fromMs: number,
  toMs: number,
): ObservedSli | undefined {
  const interval = Math.max(1, ...history.seconds.slice(-1));
  const stepSeconds = interval * Math.max(1, Math.ceil(SLOT_SECONDS / interval));
  const stepMs = stepSeconds * 1000;
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  const slots = Math.ceil((toMs - startMs) / stepMs);
  if (slots <= 0) return undefined;
  const bad = Array.from({ length: slots }, () => 0);
  const total = Array.from({ length: slots }, () => 0);
  let seen = false;
  history.timestampMs.forEach((at, index) => {
    const slot = Math.ceil((at - startMs) / stepMs) - 1;
    if (slot < 0 || slot >= slots) return;
    seen = true;
    bad[slot] = (bad[slot] ?? 0) + (history.bad[index] ?? 0);
    total[slot] = (total[slot] ?? 0) + (history.total[index] ?? 0);
  });
  if (!seen) return undefined;
  const counted = (value: number): number => Number(value.toFixed(3));
  return {
    service: objective.service,
    slo: objective.name,
    title: objective.title,
    allowedRatio: Number((1 - objective.target).toFixed(6)),
    stepSeconds,
    startMs,
    bad: bad.map(counted),
    total: total.map(counted),
  };
}

/** The slots that end after `sinceMs`. */
function slotsSince(sli: ObservedSli, sinceMs: number): number {
  return Math.max(0, Math.floor((sinceMs - sli.startMs) / (sli.stepSeconds * 1000)));
}

/** Sums from the slot that holds `sinceMs` to the end; a slot is bad when more than the SLO allows of it failed. Minutes. */
export function sumsSince(
  sli: ObservedSli,
  sinceMs: number,
): { readonly bad: number; readonly total: number; readonly badMinutes: number } {
  let bad = 0;
  let total = 0;
  let badMinutes = 0;
  for (let slot = slotsSince(sli, sinceMs); slot < sli.total.length; slot++) {
    const [failed, all] = [sli.bad[slot] ?? 0, sli.total[slot] ?? 0];
    bad += failed;
    total += all;
    if (all > 0 && failed / all > sli.allowedRatio) badMinutes += sli.stepSeconds / 60;
  }
  return { bad, total, badMinutes };
}

/** Sums of the slots that have a part in (fromMs, toMs]. */
export function sumsBetween(
  sli: ObservedSli,
  fromMs: number,
  toMs: number,
): { readonly bad: number; readonly total: number } {
  let [bad, total] = [0, 0];
  const stepMs = sli.stepSeconds * 1000;
  sli.total.forEach((all, slot) => {
    const start = sli.startMs + slot * stepMs;
    if (start + stepMs <= fromMs || start >= toMs) return;
    bad += sli.bad[slot] ?? 0;
    total += all;
  });
  return { bad, total };
}

/** Bad share in [0,1] and events per second of each slot from the one that holds `sinceMs` on. */
export function ratesSince(
  sli: ObservedSli,
  sinceMs: number,
): { readonly badRatio: readonly number[]; readonly demandPerSecond: readonly number[] } {
  const first = slotsSince(sli, sinceMs);
  const total = sli.total.slice(first);
  return {
    badRatio: total.map((all, index) => (all > 0 ? (sli.bad[first + index] ?? 0) / all : 0)),
    demandPerSecond: total.map((all) => all / sli.stepSeconds),
  };
}
