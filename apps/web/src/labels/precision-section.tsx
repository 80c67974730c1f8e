import { indicatorName } from '@autoops/charts';
import type { AlarmPrecision } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Loaded } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { capital, sentenceCase } from '../words/reasons.ts';
import { precisionText } from './precision-text.ts';

function Rows({ rows }: { readonly rows: readonly (readonly [string, string, string])[] }) {
  return (
    <div className="rows">
      {rows.map(([name, detail, text]) => (
        <div key={name + detail} className="kv">
          <span>
            {name} <span className="faint">{detail}</span>
          </span>
          <strong>{text}</strong>
        </div>
      ))}
    </div>
  );
}

const detectorRows = (precision: AlarmPrecision) =>
  precision.detectors.map(
    (each) =>
      [
        capital(indicatorName(each.indicator)),
        `${each.view} view, ${sentenceCase(each.kind).toLowerCase()}`,
        precisionText(each),
      ] as const,
  );

const NONE = 'Nobody has labelled an alarm yet. On an incident, say Useful or Noise: each detector is judged by it.';

/** How many of the labelled alarms were useful: by detector, and by service unless it is that of one service. */
export function PrecisionSection({
  scope,
}: {
  readonly scope?: { readonly environment: string; readonly service: string };
}) {
  const query = useQuery(queries.precision({ ...scope }));
  return (
    <section className="card" aria-labelledby="precision">
      <h2 id="precision">Alarms that were useful, as people labelled them</h2>
      <Loaded query={query} what="labels" skeleton={<Skeleton height={80} />}>
        {(precision) =>
          precision.detectors.length === 0 ? (
            <p className="small muted">{NONE}</p>
          ) : (
            <>
              <Rows rows={detectorRows(precision)} />
              {scope === undefined && (
                <>
                  <h3 style={{ marginTop: 14 }}>By service</h3>
                  <Rows
                    rows={precision.services.map(
                      (each) => [each.service, each.environment, precisionText(each)] as const,
                    )}
                  />
                </>
              )}
              <p className="small muted" style={{ marginTop: 8 }}>
                Useful of all labelled, last {precision.days} days, with the 95 % interval of Wilson (1927). An alarm
                counts once, by its newest label.
              </p>
            </>
          )
        }
      </Loaded>
    </section>
  );
}
