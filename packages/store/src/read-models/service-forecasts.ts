import type { ServiceForecast } from '@autoops/contracts';
import type { Transaction } from '../database.ts';
import { documents } from '../state/documents.ts';

/** The newest forecast of each kind and subject of each service; what is not forecast any more goes after three days. */
export function selectServiceForecasts(
  transaction: Transaction,
  query: { readonly environment?: string | undefined; readonly service?: string | undefined },
): Promise<ServiceForecast[]> {
  return documents(
    transaction,
    `with newest as (
       select distinct on (environment, service, kind, subject) id, environment, service, issued_at from service_forecasts
       where ($1::text is null or environment = $1) and ($2::text is null or service = $2)
       order by environment, service, kind, subject, issued_at desc, id),
     shown as (
       select id, issued_at > max(issued_at) over (partition by environment, service) - interval '3 days' as current from newest)
     select f.doc from service_forecasts f join shown s on s.id = f.id where s.current
     order by f.environment, f.service, f.kind, f.subject`,
    [query.environment ?? null, query.service ?? null],
  );
}
