import { budgetChart, densityStrip, intervalBar, lineChart, sparkline } from '@autoops/charts';
import { DenseChart } from '../chart/dense-chart.tsx';
import { ChartWithTable, SceneView } from '../chart/scene-view.tsx';
import { ERRORS, LATENCY, LATENCY_BEFORE, START } from './chart-samples.ts';

const BUDGET = [
  { at: START, value: 0.82 },
  { at: START + 30 * 60_000, value: 0.74 },
  { at: START + 40 * 60_000, value: 0.52 },
];
const ISSUED = START + 40 * 60_000;

/** Every chart of the pages: with its band, a hole, an unknown tail, a frozen forecast, and the small ones of tables. */
export function Charts() {
  return (
    <div className="stack">
      <div className="grid2">
        <div className="card">
          <ChartWithTable
            draw={(width) =>
              lineChart({
                width,
                title: 'checkout error ratio',
                unit: 'ratio',
                points: ERRORS,
                markers: [{ at: START + 28 * 60_000, text: '14:28 anomaly', ink: 'critical', dashed: true }],
                time: { from: START, to: START + 45 * 60_000 },
                knownUntil: START + 40 * 60_000,
              })
            }
          />
        </div>
        <div className="card">
          <ChartWithTable
            draw={(width) =>
              budgetChart({
                width,
                title: 'checkout error budget',
                observed: BUDGET,
                fan: [
                  { at: ISSUED, p10: 0.52, p50: 0.52, p90: 0.52 },
                  { at: ISSUED + 19 * 60_000, p10: 0, p50: 0.17, p90: 0.3 },
                  { at: ISSUED + 27 * 60_000, p10: 0, p50: 0, p90: 0.2 },
                  { at: ISSUED + 41 * 60_000, p10: 0, p50: 0, p90: 0 },
                ],
                exhaustion: { issuedAt: ISSUED, p10: 1140, p50: 1620, p90: 2460 },
                now: ISSUED,
              })
            }
          />
        </div>
      </div>
      <DenseChart series={LATENCY} earlier={LATENCY_BEFORE} events={[]} syncKey="design" zone="utc" />
      <div className="row">
        <SceneView
          scene={sparkline(
            'checkout error ratio',
            ERRORS.map((point) => point.value),
            'ratio',
          )}
          fixed
        />
        <SceneView scene={intervalBar('Bad minutes avoided', { p10: 4, p50: 11, p90: 19 }, 24, 'min')} fixed />
        <SceneView
          scene={densityStrip(
            ERRORS.slice(24).map((point) => point.at),
            40,
            240,
          )}
          fixed
        />
      </div>
    </div>
  );
}
