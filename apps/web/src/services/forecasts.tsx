import { breachChart, indicatorName, lineChart } from '@autoops/charts';
import type {
  DemandForecast,
  ResourceForecast,
  RiskForecast,
  ServiceForecast,
  ServiceResource,
} from '@autoops/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { everyUntilRefused } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { ChartWithTable } from '../chart/scene-view.tsx';
import { Time } from '../format/clock.tsx';
import { durationText, percentText, shortRange, valueText } from '../format/numbers.ts';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { capital } from '../words/reasons.ts';
import { eventsText, intervalsText } from '../words/track-record.ts';

const REFRESH_MS = 60_000;
const HOUR = 3600;

/** Hours ahead without minutes that nobody can know: whole hours from six on, else tens of minutes. Seconds in. */
function aheadText(seconds: number): string {
  const grain = seconds >= 6 * HOUR ? HOUR : HOUR / 6;
  return durationText(Math.round(seconds / grain) * grain);
}

/** Demand and risk first, then what fills up soonest, then what nothing is known of. */
function rank(forecast: ServiceForecast): number {
  if (forecast.kind === 'demand') return 0;
  if (forecast.kind === 'risk') return 1;
  return forecast.probability === undefined ? 4 : 3 - forecast.probability[24];
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="kv">
      <span>{title}</span>
      <strong>{children}</strong>
    </div>
  );
}

function Head({ title, forecast }: { readonly title: string; readonly forecast: ServiceForecast }) {
  return (
    <div className="top">
      <h3>{title}</h3>
      <span className="small muted">
        forecast <Time at={forecast.issuedAt} relative />
      </span>
    </div>
  );
}

function Demand({ forecast }: { readonly forecast: DemandForecast }) {
  const title = capital(indicatorName(forecast.subject));
  // As much of the past as of the future makes the fan readable.
  const from = Date.parse(forecast.issuedAt) - forecast.seasonSeconds * 1000;
  const series = useQuery({
    ...queries.series({
      service: forecast.service,
      environment: forecast.environment,
      indicator: forecast.subject,
      from: new Date(from).toISOString(),
      maxPoints: 120,
    }),
    enabled: forecast.fan.length > 0,
    placeholderData: keepPreviousData,
  });
  const observed = series.data?.items.find((each) => Object.keys(each.labels).length === 0)?.points ?? [];
  const last = forecast.fan.at(-1);
  return (
    <section className="card" aria-label={`Forecast of ${title}`}>
      <Head title={`${title}, the next ${durationText(forecast.seasonSeconds)}`} forecast={forecast} />
      {last === undefined ? (
        <p className="unknown">Not known yet: {forecast.evidence.join(', ')}.</p>
      ) : (
        <ChartWithTable
          draw={(width) =>
            lineChart({
              title: `${title} of ${forecast.service}`,
              unit: forecast.unit,
              points: observed.map((point) => ({ at: Date.parse(point.at), value: point.value })),
              forecast: forecast.fan.map(({ at, ...quantiles }) => ({ at: Date.parse(at), ...quantiles })),
              time: { from, to: Date.parse(last.at) },
              width,
              height: 150,
            })
          }
        />
      )}
      <div className="rows">
        {forecast.members.length > 0 && (
          <Fact title="Members by weight">
            {forecast.members
              .slice(0, 3)
              .map(({ name, weight }) => `${name} ${percentText(weight)}`)
              .join(', ')}
          </Fact>
        )}
        {last !== undefined && <Fact title="Stands on">{forecast.evidence.join(', ')}</Fact>}
        <Fact title="Track record">{intervalsText(forecast.trackRecord)}</Fact>
      </div>
    </section>
  );
}

function Risk({ forecast }: { readonly forecast: RiskForecast }) {
  const { within1h, within4h, within24h } = forecast.probability;
  return (
    <section className="card" aria-label="Forecast of an incident">
      <Head title="Risk of an incident" forecast={forecast} />
      {forecast.sufficientHistory ? (
        <div className="big">
          <span className="nowrap">{percentText(within1h)}</span> <small>within 1 h</small>
        </div>
      ) : (
        <p className="unknown">
          Not known yet: its own rate of incidents shows after a day. Until then this is mostly what is usual elsewhere:{' '}
          {percentText(within1h)} within 1&nbsp;h, {percentText(within4h)} within 4&nbsp;h, {percentText(within24h)}{' '}
          within 24&nbsp;h.
        </p>
      )}
      <div className="rows">
        {forecast.sufficientHistory && (
          <Fact title="Within 4 h, 24 h">
            {percentText(within4h)}, {percentText(within24h)}
          </Fact>
        )}
        {/* What was counted then: the page tells of changes since. */}
        <Fact title="Stands on">
          {forecast.evidence.join(', ')}, as of <Time at={forecast.issuedAt} />
        </Fact>
        <Fact title="Track record">{eventsText(forecast.trackRecord)}</Fact>
      </div>
    </section>
  );
}

function Resource({ forecast }: { readonly forecast: ResourceForecast }) {
  const labels = Object.values(forecast.labels).join(' ');
  const title = capital(`${indicatorName(forecast.indicator)}${labels === '' ? '' : ` ${labels}`}`);
  const { probability, timeToBreach, limit, unit } = forecast;
  return (
    <section className="card" aria-label={`Forecast of ${title}`}>
      <Head title={`${title}, limit ${valueText(limit, unit)}`} forecast={forecast} />
      {probability === undefined ? (
        <p className="unknown">
          Not known yet: {forecast.evidence.join(', ')}. Without a day nobody can tell a daily swing from a leak.
        </p>
      ) : (
        <>
          <div className="big">
            <span className="nowrap">{percentText(probability[24])}</span> <small>to be full within 24 h</small>
          </div>
          <ChartWithTable
            draw={(width) =>
              breachChart({
                title: `${title} of ${forecast.service}`,
                probability: Object.entries(probability).map(([hours, value]) => ({ hours: Number(hours), value })),
                time: timeToBreach,
                width,
              })
            }
          />
        </>
      )}
      <div className="rows">
        {probability !== undefined && timeToBreach !== undefined && probability[48] >= 0.05 && (
          <Fact title="If it comes within 48 h">
            half the time within {aheadText(timeToBreach.q50)}, 80 %:{' '}
            {shortRange(aheadText(timeToBreach.q10), aheadText(timeToBreach.q90))}
          </Fact>
        )}
        {probability !== undefined && <Fact title="Stands on">{forecast.evidence.join(', ')}</Fact>}
        <Fact title="Track record">{intervalsText(forecast.trackRecord)}</Fact>
        {forecast.trackRecord.events !== undefined && (
          <Fact title="Full within 24 h">{eventsText(forecast.trackRecord)}</Fact>
        )}
      </div>
    </section>
  );
}

function one(forecast: ServiceForecast): ReactNode {
  switch (forecast.kind) {
    case 'demand':
      return <Demand key={forecast.id} forecast={forecast} />;
    case 'risk':
      return <Risk key={forecast.id} forecast={forecast} />;
    case 'breach':
      return <Resource key={forecast.id} forecast={forecast} />;
  }
}

/** What is forecast of a service whether or not an incident is open, each with what it stands on and how earlier ones held. */
export function Forecasts({ service }: { readonly service: ServiceResource }) {
  const scope = { service: service.service, environment: service.environment };
  const query = useQuery({ ...queries.serviceForecasts(scope), refetchInterval: everyUntilRefused(REFRESH_MS) });
  const budget = useQuery(queries.forecasts({ ...scope, limit: 1 }));
  const newest = budget.data?.items[0];
  return (
    <section aria-labelledby="forecasts">
      <h2 id="forecasts" style={{ margin: '18px 0 8px' }}>
        Forecasts
      </h2>
      {newest !== undefined && (
        <p className="small muted" style={{ margin: '0 0 8px' }}>
          Forecasts of its error budget, as of <Time at={newest.issuedAt} relative />:{' '}
          {intervalsText(newest.trackRecord)}.
        </p>
      )}
      <Loaded query={query} what="forecasts" skeleton={<Skeleton height={200} />}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title="Nothing is forecast here yet"
              text="Demand needs two seasons of request rate, risk an SLO, and a bounded resource an indicator with a limit."
            />
          ) : (
            <div className="grid2">{page.items.toSorted((a, b) => rank(a) - rank(b)).map(one)}</div>
          )
        }
      </Loaded>
    </section>
  );
}
