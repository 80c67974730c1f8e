import { runbooksOf, type Shop } from './shop.ts';

/** What is done against the noisy job: the Planner's plan, a guided plan without one of its runbooks, or nothing. */
export interface Treatment {
  readonly name: string;
  readonly without?: string;
  readonly nothing?: boolean;
}

export const TREATMENTS: readonly Treatment[] = [
  { name: 'nothing', nothing: true },
  { name: 'all three' },
  { name: 'no scale', without: 'scale-replicas' },
  { name: 'no throttle', without: 'throttle-noisy-job' },
  { name: 'no park', without: 'park-poison' },
];

export interface Reading {
  /** Seconds since the break. */
  readonly at: number;
  /** Share of the clients' operations that failed. */
  readonly errors: number | undefined;
  /** Seconds that the oldest order has waited. */
  readonly queueAge: number | undefined;
}

export interface Recovery {
  readonly treatment: string;
  readonly runbooks: readonly string[];
  readonly firstEffect: number | undefined;
  /** The incident's outcome and the run's reason; `open` where nothing was done. */
  readonly outcome: string;
  readonly states: readonly string[];
  readonly readings: readonly Reading[];
}

/** Mean of the clients' error share between two times after the break; NaN without a reading. */
export function meanErrors({ readings }: Recovery, from: number, to: number): number {
  const known = readings.filter(({ at }) => at >= from && at <= to).flatMap(({ errors }) => errors ?? []);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The queue's age at the last reading until `at`; NaN without one. */
export function queueAgeAt({ readings }: Recovery, at: number): number {
  return readings.findLast((reading) => reading.at <= at)?.queueAge ?? Number.NaN;
}

/** Breaks the noisy job at the start of the load's rising half, treats it, and reads clients and queue every second for so long. */
export async function recover(shop: Shop, treatment: Treatment, seconds: number): Promise<Recovery> {
  await shop.heal();
  await shop.break('noisy-job', true);
  const [readings, treated] = await Promise.all([watch(shop, seconds), act(shop, treatment)]);
  return { treatment: treatment.name, ...treated, readings };
}

async function act(shop: Shop, { nothing, without }: Treatment): Promise<Omit<Recovery, 'treatment' | 'readings'>> {
  if (nothing === true) return { runbooks: [], firstEffect: undefined, outcome: 'open', states: [] };
  const incident = await shop.incident(60);
  const proposed = await shop.planOf(incident.id, 40);
  const runbooks = runbooksOf(proposed);
  const plan =
    without === undefined
      ? proposed
      : await shop.guide(
          incident.id,
          runbooks.filter((name) => name !== without).map((name) => ({ name })),
        );
  const run = await shop.execute(plan).then(({ id }) => shop.ended(id, 180));
  const { outcome = 'open' } = await shop.closed(incident.id, 60);
  const first = (await shop.effects()).map(({ at }) => at).toSorted()[0];
  return {
    runbooks: runbooksOf(plan),
    firstEffect: first === undefined ? undefined : shop.sinceBreak(Date.parse(first)),
    outcome,
    states: run.steps.map(({ state }) => state),
  };
}

async function watch(shop: Shop, seconds: number): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  while (shop.sinceBreak() < seconds) {
    const services = await shop.services();
    const latest = (service: string, indicator: string): number | undefined =>
      services.find((one) => one.service === service)?.indicators.find((one) => one.indicator === indicator)?.latest ??
      undefined;
    readings.push({
      at: shop.sinceBreak(),
      errors: latest('storefront', 'client_error_ratio'),
      queueAge: latest('orders', 'queue_age'),
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return readings;
}
