import type { OwnFigures } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { Time } from '../format/clock.tsx';
import { plainNumber, valueText } from '../format/numbers.ts';
import { useTitle } from '../shell/title.ts';
import { Empty, Loaded, Skeleton } from '../state/states.tsx';

type Figure = OwnFigures['figures'][number];

/** A figure with its unit; a share of one is read as per cent. */
function figureText(value: number, unit: string): string {
  return valueText(value, unit === '1' ? '0-1' : unit);
}

function Tile({ figure }: { readonly figure: Figure }) {
  const labels = Object.entries(figure.labels)
    .filter(([, value]) => !figure.title.includes(value))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return (
    <section className="card" aria-label={figure.title}>
      <h2>
        {figure.title}
        {labels === '' ? '' : ` · ${labels}`}
      </h2>
      <div className="big">
        {figure.value === null ? 'no history yet' : figureText(figure.value, figure.unit)}{' '}
        <small>
          n = {plainNumber(figure.n, 0)}
          {figure.low !== null && figure.high !== null
            ? `, 80 %: ${figureText(figure.low, figure.unit)} to ${figureText(figure.high, figure.unit)}`
            : ''}
        </small>
      </div>
      <p className="small muted">{figure.definition}</p>
    </section>
  );
}

/** AutoOps's own figures, each with its definition, count and interval. */
export default function SelfPage() {
  useTitle('Own figures');
  const query = useQuery({ ...queries.self(), refetchInterval: 15_000 });
  return (
    <Loaded query={query} what="own figures" skeleton={<Skeleton height={400} />}>
      {(self) => (
        <>
          <div className="pagehead">
            <h1>Own figures</h1>
            <p className="small">
              as of <Time at={self.at} />
            </p>
          </div>
          {self.figures.length === 0 ? (
            <Empty
              title="No figure yet"
              text="Each stage reports its latency, and each incident its times, as soon as there is one."
            />
          ) : (
            <div className="grid3">
              {self.figures.map((figure) => (
                <Tile key={`${figure.id}${JSON.stringify(figure.labels)}`} figure={figure} />
              ))}
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}
