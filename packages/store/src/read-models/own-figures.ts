import { Stage, type OwnFigures } from '@autoops/contracts';
import { row, rows, type Transaction } from '../database.ts';
import { quantileInterval, wilson, type Interval } from './intervals.ts';
import { add } from './value.ts';

type Figure = OwnFigures['figures'][number];

/** Over this many days; older records say little of the product as it is now. */
const DAYS = 90;
const SINCE = `now() - interval '${DAYS} days'`;

/** AutoOps's own figures, each with what it means, how many cases it stands on and an 80 % interval. */
export async function selectOwnFigures(transaction: Transaction): Promise<OwnFigures> {
  return {
    at: new Date().toISOString(),
    figures: [
      ...(await stageLatencies(transaction)),
      await timeToAcknowledge(transaction),
      await timeToRepair(transaction),
      await pagesPerSignal(transaction),
      await falsePositives(transaction),
      await automationSuccess(transaction),
      await costAvoided(transaction),
    ],
  };
}

function figure(
  id: string,
  title: string,
  definition: string,
  unit: string,
  n: number,
  interval: Interval | undefined,
  labels: Record<string, string> = {},
): Figure {
  return {
    id,
    title,
    definition: `${definition} Last ${DAYS} days.`,
    unit,
    value: interval?.value ?? null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    n,
    labels,
  };
}

async function durations(transaction: Transaction, text: string): Promise<number[]> {
  return (await rows<{ seconds: number }>(transaction, text)).map((one) => one.seconds);
}

async function stageLatencies(transaction: Transaction): Promise<Figure[]> {
  const found = await rows<{ stage: string; seconds: number[] }>(
    transaction,
    `with entries as (
       select stage, at, lag(at) over story as before, lag(stage) over story as stage_before from audit_entries
       where incident_id is not null and at > ${SINCE} window story as (partition by incident_id order by seq))
     select stage, array_agg(extract(epoch from at - before)::float8) as seconds from entries
     where stage is not null and before is not null and stage_before is distinct from stage group by stage`,
  );
  const byStage = new Map(found.map((one) => [one.stage, one.seconds]));
  return Stage.options
    .filter((stage) => stage !== 'detector')
    .map((stage) => {
      const seconds = byStage.get(stage) ?? [];
      return figure(
        `stage-latency-p95`,
        `${stage} latency, p95`,
        `From what happened just before in an incident until the ${stage} first answered; 95th percentile.`,
        's',
        seconds.length,
        quantileInterval(seconds, 0.95),
        { stage },
      );
    });
}

async function timeToAcknowledge(transaction: Transaction): Promise<Figure> {
  const seconds = await durations(
    transaction,
    `select extract(epoch from min(e.at) - i.opened_at)::float8 as seconds from incidents i
       join audit_entries e on e.workspace_id = i.workspace_id and e.incident_id = i.id
     where e.reason in ('acknowledged', 'assigned', 'approved', 'rejected', 'execute-requested', 'policy-allowed', 'policy-denied', 'shadowed') and i.opened_at > ${SINCE}
     group by i.id, i.opened_at`,
  );
  return figure(
    'mtta',
    'Time to acknowledge',
    'Median time from the opening of an incident until a person takes it up or policy has decided on its plan.',
    's',
    seconds.length,
    quantileInterval(seconds, 0.5),
  );
}

async function timeToRepair(transaction: Transaction): Promise<Figure> {
  const seconds = await durations(
    transaction,
    `select extract(epoch from closed_at - opened_at)::float8 as seconds from incidents where state = 'closed' and outcome in ('verified', 'self-healed') and opened_at > ${SINCE}`,
  );
  return figure(
    'mttr',
    'Time to repair',
    'Median time from opening to closing of incidents that ended well (verified or self-healed).',
    's',
    seconds.length,
    quantileInterval(seconds, 0.5),
  );
}

const PAGES_PER_SIGNAL = 'Notifications owed to people, as a share of all signals stored since the start.';

async function pagesPerSignal(transaction: Transaction): Promise<Figure> {
  const counted = await row<{ pages: number; signals: string }>(
    transaction,
    `select (select count(distinct message_id) from deliveries where type <> 'test')::integer as pages, (select coalesce(sum(received), 0) from signal_counts) as signals`,
  );
  const signals = Number(counted?.signals ?? 0);
  const pages = Math.min(counted?.pages ?? 0, signals);
  return {
    ...figure('pages-per-signal', 'Pages per signal', PAGES_PER_SIGNAL, '1', signals, wilson(pages, signals)),
    definition: PAGES_PER_SIGNAL,
    labels: { pages: String(pages) },
  };
}

async function falsePositives(transaction: Transaction): Promise<Figure> {
  const counted = await row<{ n: number; false_ones: number }>(
    transaction,
    `select count(*)::integer as n, count(*) filter (where outcome = 'self-healed' or outcome = 'closed-by-person')::integer as false_ones
     from incidents where state = 'closed' and outcome <> 'merged' and opened_at > ${SINCE}`,
  );
  const n = counted?.n ?? 0;
  return figure(
    'false-positives',
    'False positives',
    'Share of closed incidents that went away by themselves or that a person closed without a fix: an upper bound of false alarms.',
    '1',
    n,
    wilson(counted?.false_ones ?? 0, n),
  );
}

async function automationSuccess(transaction: Transaction): Promise<Figure> {
  const counted = await row<{ n: number; succeeded: number }>(
    transaction,
    `select count(*)::integer as n, count(*) filter (where state = 'succeeded')::integer as succeeded from runs where finished_at is not null and created_at > ${SINCE}`,
  );
  const n = counted?.n ?? 0;
  return figure(
    'automation-success',
    'Automation success',
    'Share of finished runs whose fix was verified by an independent signal.',
    '1',
    n,
    wilson(counted?.succeeded ?? 0, n),
  );
}

async function costAvoided(transaction: Transaction): Promise<Figure> {
  const found = await rows<{ currency: string; booked: string; p10: string; p90: string; indicative: boolean }>(
    transaction,
    `select coalesce((v.doc ->> 'indicative')::boolean, false) as indicative, v.doc #>> '{money,currency}' as currency, v.doc #>> '{money,booked,amount}' as booked, v.doc #>> '{money,p10,amount}' as p10, v.doc #>> '{money,p90,amount}' as p90
     from incident_values v join incidents i on i.workspace_id = v.workspace_id and i.id = v.incident_id
     where v.doc -> 'money' is not null and i.state = 'closed' and i.closed_at > ${SINCE}`,
  );
  const currency = found[0]?.currency ?? 'USD';
  const shown = found.filter(({ indicative }) => !indicative);
  const sum = (member: 'booked' | 'p10' | 'p90'): number =>
    Number(
      add(
        currency,
        shown.map((one) => ({ amount: one[member], currency: one.currency })),
      ).amount,
    );
  const indicative = found.length - shown.length;
  const notBooked =
    indicative === 0
      ? ''
      : ` ${indicative} of ${found.length} ${indicative === 1 ? 'is' : 'are'} not booked: too little is known.`;
  return figure(
    'cost-avoided',
    'Cost avoided',
    `What closed incidents are booked with, the sum of their P10.${notBooked}`,
    currency,
    found.length,
    found.length === 0 ? undefined : { value: sum('booked'), low: sum('p10'), high: sum('p90') },
  );
}
