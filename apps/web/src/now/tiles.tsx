import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { durationText, moneyText, NO_END, plainNumber } from '../format/numbers.ts';
import { Skeleton } from '../state/skeletons.tsx';
import { soonestExhaustion } from './worklist.ts';

interface Figure {
  readonly big: string;
  readonly note: string;
}

function Tile({
  title,
  to,
  figure,
}: {
  readonly title: string;
  readonly to: string;
  readonly figure?: Figure | undefined;
}) {
  return (
    <Link to={to} className="card tile">
      <h2>{title}</h2>
      {figure === undefined ? (
        <Skeleton height={47} />
      ) : (
        <>
          <span className="big">{figure.big}</span>
          <span className="small muted">{figure.note}</span>
        </>
      )}
    </Link>
  );
}

/** Four figures of the whole; each shows nothing rather than a zero that nobody has counted yet. */
export function Tiles() {
  const services = useQuery(queries.services()).data?.items;
  const incidents = useQuery(queries.incidents({ limit: 200 })).data?.items;
  const value = useQuery(queries.value('90d')).data;
  const closed = incidents?.filter((incident) => incident.state === 'closed') ?? [];
  const verified = closed.filter((incident) => incident.outcome === 'verified').length;
  const observed = services?.filter((service) => service.state !== 'no-data' && service.state !== 'learning') ?? [];
  const soonest = observed
    .map((service) => ({ service, seconds: soonestExhaustion(service) }))
    .filter((each) => each.seconds !== null)
    .toSorted((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0))[0];
  const unknown = (services?.length ?? 0) - observed.length;
  return (
    <div className="grid4 tiles" aria-busy={services === undefined}>
      <Tile
        title="Services"
        to="/services"
        figure={
          services &&
          (services.length === 0
            ? { big: 'none', note: 'no source sends yet' }
            : {
                big: `${services.filter((service) => service.state === 'healthy').length} of ${services.length}`,
                note: unknown === 0 ? 'healthy' : `healthy; of ${unknown} too little is known yet`,
              })
        }
      />
      <Tile
        title="Open incidents"
        to="/incidents?state=open"
        figure={
          incidents && {
            big: String(incidents.length - closed.length),
            note:
              closed.length === 0 ? 'none closed yet' : `${verified} of ${closed.length} closed ones verified as fixed`,
          }
        }
      />
      <Tile
        title="First budget to go"
        to="/services?sort=eta"
        figure={
          services && {
            big:
              soonest === undefined || soonest.seconds === null
                ? 'none'
                : soonest.seconds <= 0
                  ? 'gone'
                  : durationText(soonest.seconds),
            note:
              soonest === undefined
                ? observed.length === 0
                  ? 'nothing observed yet'
                  : NO_END
                : `${soonest.service.service} in ${soonest.service.environment}, as it burns now`,
          }
        }
      />
      <Tile
        title="Avoided in 90 days"
        to="/value"
        figure={
          value &&
          (value.incidents === 0
            ? { big: 'none yet', note: 'each closed incident is valued' }
            : {
                big: `${plainNumber(value.badMinutesAvoided.p10 ?? 0, 1)} min`,
                note: `bad service; ${moneyText(value.booked)} booked (P10)`,
              })
        }
      />
    </div>
  );
}
