import type { AlarmPrecision, AnomalyKind } from '@autoops/contracts';
import { rows, type Transaction } from '../database.ts';
import { wilson, Z95 } from './intervals.ts';
import { Conditions } from './page.ts';

/** Older labels say little of the detector as it is now. */
const DAYS = 90;

export interface PrecisionQuery {
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
  /** Only alarms of these environments, those that a role is bound to; undefined: of all. */
  readonly environments?: readonly string[] | undefined;
}

interface Counted {
  readonly useful: number;
  readonly n: number;
}

/**
 * How many labelled alarms were useful, by detector (indicator, view, kind) and by service. An alarm counts once: where several people
 * labelled it, the newest label stands. Intervals: Wilson 1927, 95 %.
 */
export async function selectPrecision(transaction: Transaction, query: PrecisionQuery): Promise<AlarmPrecision> {
  const { conditions, values } = new Conditions()
    .add('a.environment = ?', query.environment)
    .add('a.service = ?', query.service)
    .add('a.environment = any (?)', query.environments);
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const grouped = <Row extends Counted>(columns: string): Promise<Row[]> =>
    rows<Row>(
      transaction,
      `with standing as (
         select distinct on (anomaly_id) workspace_id, anomaly_id, label from anomaly_labels
         where labelled_at > now() - interval '${DAYS} days' order by anomaly_id, labelled_at desc, subject)
       select ${columns}, count(*)::integer as n, (count(*) filter (where s.label = 'useful'))::integer as useful
       from standing s join anomalies a on a.workspace_id = s.workspace_id and a.id = s.anomaly_id ${where}
       group by 1, 2${columns.includes('kind') ? ', 3' : ''} order by n desc, 1, 2`,
      values,
    );
  const detectors = await grouped<Counted & { indicator: string; view: string; kind: AnomalyKind }>(
    `a.doc ->> 'indicator' as indicator, a.doc ->> 'winningView' as view, a.doc ->> 'kind' as kind`,
  );
  const services = await grouped<Counted & { service: string; environment: string }>('a.service, a.environment');
  return {
    at: new Date().toISOString(),
    days: DAYS,
    detectors: detectors.map(({ indicator, view, kind, ...counted }) => ({
      indicator,
      view,
      kind,
      ...shareOf(counted),
    })),
    services: services.map(({ service, environment, ...counted }) => ({ service, environment, ...shareOf(counted) })),
  };
}

function shareOf({ useful, n }: Counted) {
  const interval = wilson(useful, n, Z95);
  return { useful, noise: n - useful, share: interval?.value ?? 0, low: interval?.low ?? 0, high: interval?.high ?? 1 };
}
