import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { unbroken } from '../format/numbers.ts';
import { PrecisionSection } from '../labels/precision-section.tsx';
import { useTitle } from '../shell/title.ts';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { EnvironmentChip, Status, StatusChip } from '../status/status.tsx';
import { capital } from '../words/reasons.ts';
import { Beside } from './beside.tsx';
import { Forecasts } from './forecasts.tsx';
import { ServiceCharts } from './service-charts.tsx';
import { SloGauge } from './slo-gauge.tsx';

/** One service: every SLO as a gauge, the indicators with one cursor, open incidents. */
export default function ServicePage() {
  const { id = '' } = useParams();
  const query = useQuery(queries.service(id));
  const service = query.data;
  const slos = useQuery({
    ...queries.slos({ service: service?.service, environment: service?.environment }),
    enabled: service !== undefined,
  });
  const incidents = useQuery({
    ...queries.incidents({ service: service?.service, environment: service?.environment }),
    enabled: service !== undefined,
  });
  useTitle(service === undefined ? 'Service' : `${service.service} in ${service.environment}`);
  return (
    <Loaded
      query={query}
      what="service"
      heading={capital(id.split(':').toReversed().join(' in '))}
      skeleton={
        <SkeletonScreen
          parts={[
            { heights: [24], width: 240 },
            { heights: [38], width: '60%' },
            { grid: 'grid2', heights: [490, 490] },
            { grid: 'grid2', heights: [300, 300] },
          ]}
        />
      }
    >
      {(loaded) => {
        const gauges = slos.data?.items ?? loaded.slos;
        const open = incidents.data?.items.filter((row) => row.state !== 'closed') ?? [];
        return (
          <>
            <div className="pagehead">
              <h1>
                {loaded.title || loaded.service} in {loaded.environment}
              </h1>
            </div>
            <div className="row">
              <Status
                kind="health"
                value={loaded.state}
                {...(loaded.state === 'learning' && loaded.learning !== undefined
                  ? { word: `Learning, ${loaded.learning.samples} of ${loaded.learning.of} samples` }
                  : {})}
              />
              <EnvironmentChip environment={loaded.environment} />
            </div>
            <dl className="facts">
              {(
                [
                  ['Owner', loaded.owner || 'nobody'],
                  ['Calls', loaded.dependsOn.join(', ') || 'nothing'],
                  ['Called by', loaded.dependents.join(', ') || 'users'],
                  [
                    'Newest sample',
                    loaded.newestAt === undefined ? 'none' : <Time key="newest" at={loaded.newestAt} relative />,
                  ],
                  [
                    'Last change',
                    loaded.lastChange === undefined ? (
                      'none in 30 days'
                    ) : (
                      <span key="change">
                        {unbroken(loaded.lastChange.summary)}, <Time at={loaded.lastChange.at} relative />
                      </span>
                    ),
                  ],
                ] as const
              ).map(([title, value]) => (
                // A change may be a sentence: where facts stand in two columns it takes both.
                <div key={title} {...(title === 'Last change' ? { style: { gridColumn: '1 / -1' } } : {})}>
                  <dt>{title}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            {open.length > 0 && (
              <div className="stack tight" style={{ marginBottom: 14 }}>
                {open.map((row) => (
                  <Link
                    key={row.id}
                    to={`/incidents/${row.name}`}
                    className="banner high"
                    style={{ textDecoration: 'none' }}
                  >
                    <StatusChip kind="severity" value={row.severity} />
                    <b>{row.name}</b>
                    <span className="grow">{unbroken(row.title)}</span>
                    <Status kind="incident" value={row.state} />
                  </Link>
                ))}
              </div>
            )}
            {gauges.length === 0 ? (
              <Empty
                title="This service has no SLO"
                text="Put an OpenSLO file into slos/ of the configuration directory; it is loaded at once."
              />
            ) : (
              <div className="grid2">
                {gauges.map((slo) => (
                  <SloGauge key={slo.id} slo={slo} />
                ))}
                <Beside service={loaded} />
              </div>
            )}
            <Forecasts service={loaded} />
            <ServiceCharts service={loaded} />
            <div style={{ marginTop: 14 }}>
              <PrecisionSection scope={{ environment: loaded.environment, service: loaded.service }} />
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
