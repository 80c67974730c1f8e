import {
  incidentName,
  type Incident,
  type IncidentValue,
  type Money,
  type Quantiles,
  type ValueSummary,
} from '@autoops/contracts';
import { rows, type Transaction } from '../database.ts';
import { selectRateCards } from './catalogue.ts';

/** A period that is none of `2026-Q4`, `2026-11`, `30d` or `all`. */
export class BadPeriodError extends Error {
  readonly code = 'bad-period';

  constructor(period: string) {
    super(`"${period}" is not a period. Write a quarter (2026-Q4), a month (2026-11), the last days (30d) or all.`);
    this.name = 'BadPeriodError';
  }
}

/** From (inclusive) and to (exclusive) of a period, in UTC. Throws `BadPeriodError`. */
export function periodBounds(period: string, now: Date): { readonly from: Date; readonly to: Date } {
  const [, year = '', quarter, month] = /^(\d{4})-(?:Q([1-4])|(0[1-9]|1[0-2]))$/.exec(period) ?? [];
  if (quarter !== undefined) return months(Number(year), (Number(quarter) - 1) * 3, 3);
  if (month !== undefined) return months(Number(year), Number(month) - 1, 1);
  const days = /^(\d{1,4})d$/.exec(period)?.[1];
  if (days !== undefined)
    return { from: new Date(now.getTime() - Number(days) * 86_400_000), to: new Date(now.getTime() + 1) };
  if (period === 'all') return { from: new Date(0), to: new Date(now.getTime() + 1) };
  throw new BadPeriodError(period);
}

function months(year: number, first: number, count: number): { readonly from: Date; readonly to: Date } {
  return { from: new Date(Date.UTC(year, first, 1)), to: new Date(Date.UTC(year, first + count, 1)) };
}

/**
 * The ledger of a period. Quantiles are added as they are: incidents of one system tend to go wrong together, and the sum of P10s
 * is then the careful figure. Amounts of other currencies than the first rate card's are listed in their rows, never added.
 */
export async function selectValue(transaction: Transaction, period: string): Promise<ValueSummary> {
  const { from, to } = periodBounds(period, new Date());
  const found = await rows<{ doc: Incident; value: IncidentValue }>(
    transaction,
    `select i.doc, v.doc as value from incidents i join incident_values v on v.workspace_id = i.workspace_id and v.incident_id = i.id
     where i.state = 'closed' and i.closed_at >= $1 and i.closed_at < $2 order by i.closed_at desc, i.id`,
    [from, to],
  );
  const rateCards = await selectRateCards(transaction);
  const currency = rateCards[0]?.currency ?? found.find((one) => one.value.money)?.value.money?.currency ?? 'USD';
  const sum = (member: 'booked' | 'p10' | 'p50' | 'p90', ones = found): Money =>
    add(
      currency,
      ones.map((one) => one.value.money?.[member]),
    );
  const byService = new Map<string, typeof found>();
  for (const one of found) {
    const key = `${one.doc.environment}\0${one.doc.service}`;
    byService.set(key, [...(byService.get(key) ?? []), one]);
  }
  const grades: Record<string, number> = {};
  for (const { value } of found) grades[value.grade] = (grades[value.grade] ?? 0) + 1;
  return {
    period,
    booked: sum('booked'),
    p10: sum('p10'),
    p50: sum('p50'),
    p90: sum('p90'),
    incidents: found.length,
    badMinutesAvoided: addQuantiles(found.map((one) => one.value.badMinutesAvoided)),
    failedRequestsAvoided: addQuantiles(found.map((one) => one.value.failedRequestsAvoided)),
    grades,
    byService: [...byService]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, ones]) => {
        const [environment = '', service = ''] = key.split('\0');
        return { service, environment, booked: sum('booked', ones), incidents: ones.length };
      }),
    rows: found.map(({ doc, value }) => ({
      incidentId: doc.id,
      name: incidentName(doc.number),
      title: doc.title,
      closedAt: doc.closedAt ?? doc.updatedAt,
      outcome: doc.outcome ?? 'unresolved',
      value,
    })),
    rateCards,
  };
}

const DECIMALS = 4;

/** Adds decimal amounts exactly: as whole ten-thousandths. */
export function add(currency: string, amounts: readonly (Money | undefined)[]): Money {
  let total = 0n;
  for (const money of amounts) {
    if (money?.currency !== currency) continue;
    const [whole = '0', fraction = ''] = money.amount.replace('-', '').split('.');
    const units = BigInt(whole + fraction.padEnd(DECIMALS, '0'));
    total += money.amount.startsWith('-') ? -units : units;
  }
  const digits = (total < 0n ? -total : total).toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0{1,2}$/, ''); // at least two decimals
  return { amount: `${total < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${fraction}`, currency };
}

/** A quantile that lies beyond the horizon (null) in one incident has no sum. */
function addQuantiles(quantiles: readonly Quantiles[]): Quantiles {
  const sum = (member: keyof Quantiles): number | null =>
    quantiles.reduce<number | null>(
      (total, one) => (total === null || one[member] === null ? null : total + one[member]),
      0,
    );
  return { p10: sum('p10'), p50: sum('p50'), p90: sum('p90') };
}
