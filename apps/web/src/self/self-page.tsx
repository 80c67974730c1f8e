import { intervalBar } from '@autoops/charts';
import type { OwnFigures } from '@autoops/contracts';
import { useQuery } from '@tanstack/react-query';
import { everyUntilRefused } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { SceneView } from '../chart/scene-view.tsx';
import { Time } from '../format/clock.tsx';
import { moneyText, plainNumber, valueText } from '../format/numbers.ts';
import { PrecisionSection } from '../labels/precision-section.tsx';
import { useTitle } from '../shell/title.ts';
import { SourceOffer } from '../state/demo-offer.tsx';
import { Empty } from '../state/empty.tsx';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { capital } from '../words/reasons.ts';

type Figure = OwnFigures['figures'][number];

/** Fewer cases than this say what happened, not what to expect. */
const FEW = 8;

/** A figure with its unit; a share of one is read as per cent. */
function figureText(value: number, unit: string): string {
  if (/^[A-Z]{3}$/.test(unit)) return moneyText({ amount: String(value), currency: unit });
  return valueText(value, unit === '1' ? '0-1' : unit);
}

/** "n = 41, 80 %: 2 s to 9 s"; a single case has no interval, and few are called few. */
export function basisText(figure: Pick<Figure, 'n' | 'low' | 'high' | 'unit'>): string {
  const n = `n = ${plainNumber(figure.n, 0)}`;
  if (figure.n === 0) return 'none yet';
  const [low, high] = [figure.low, figure.high].map((end) => (end === null ? '' : figureText(end, figure.unit)));
  const interval = low === '' || high === '' || low === high ? '' : `, 80 %: ${low} to ${high}`;
  return `${n}${interval}${figure.n < FEW ? ', few cases' : ''}`;
}

function Tile({ figure }: { readonly figure: Figure }) {
  return (
    <section className="card" aria-label={figure.title}>
      <h2>{figure.title}</h2>
      <div className="big">{figure.value === null ? 'none yet' : figureText(figure.value, figure.unit)}</div>
      {figure.n > 0 && <p className="small strong">{basisText(figure)}</p>}
      <p className="small muted">{figure.definition}</p>
    </section>
  );
}

/** Latencies of the stages, in the order in which an incident passes them. */
function Stages({ figures }: { readonly figures: readonly Figure[] }) {
  const scale = Math.max(1e-9, ...figures.map((figure) => figure.high ?? 0));
  return (
    <section className="card" aria-labelledby="stages">
      <h2 id="stages">How long each stage takes, 95th percentile</h2>
      <div className="rows">
        {figures.map((figure) => (
          <div key={figure.labels['stage']} className="kv stage" title={figure.definition}>
            <span>{capital(figure.labels['stage'] ?? figure.title)}</span>
            <span className="row">
              <span className="muted">{basisText(figure)}</span>
              {figure.value !== null && (
                <>
                  <SceneView
                    scene={intervalBar(
                      figure.title,
                      { p10: figure.low, p50: figure.value, p90: figure.high },
                      scale,
                      's',
                      160,
                    )}
                    fixed
                  />
                  <strong>{figureText(figure.value, figure.unit)}</strong>
                </>
              )}
            </span>
          </div>
        ))}
      </div>
      <p className="small muted" style={{ marginTop: 8 }}>
        From what happened just before in an incident until the stage first answered, over the last 90 days; bars show
        the 80&nbsp;% interval.
      </p>
    </section>
  );
}

/** AutoOps's own figures, each with its definition, count and interval. */
export default function SelfPage() {
  useTitle('Own figures');
  const query = useQuery({ ...queries.self(), refetchInterval: everyUntilRefused(15_000) });
  return (
    <Loaded
      query={query}
      what="figures"
      heading="Own figures"
      skeleton={
        <SkeletonScreen parts={[{ grid: 'grid3', heights: [134, 134, 134, 134, 134, 134] }, { heights: [216, 62] }]} />
      }
    >
      {(self) => {
        const stages = self.figures.filter((figure) => figure.id === 'stage-latency-p95');
        const others = self.figures.filter((figure) => figure.id !== 'stage-latency-p95');
        return (
          <>
            <div className="pagehead">
              <h1>Own figures</h1>
              <p className="small muted">
                as of <Time at={self.at} />
              </p>
            </div>
            {self.figures.every(({ n }) => n === 0) ? (
              <Empty
                title="No figure yet"
                text="Each stage reports its latency, and each incident its times, as soon as there is one."
              >
                <SourceOffer />
              </Empty>
            ) : (
              <div className="stack">
                <div className="grid3">
                  {others.map((figure) => (
                    <Tile key={`${figure.id}${JSON.stringify(figure.labels)}`} figure={figure} />
                  ))}
                </div>
                {stages.length > 0 && <Stages figures={stages} />}
                <PrecisionSection />
              </div>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
