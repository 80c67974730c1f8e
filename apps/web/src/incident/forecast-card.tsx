import { budgetChart, durationText, percentDigits, type Scene } from '@autoops/charts';
import type { Forecast, SloResource } from '@autoops/contracts';
import { ChartWithTable } from '../chart/scene-view.tsx';
import { Time, useNow, useZone } from '../format/clock.tsx';
import { exhaustionText, NO_END, unbroken } from '../format/numbers.ts';
import { timeText } from '../format/time.ts';
import { isObserved } from '../services/observed.ts';
import { capital } from '../words/reasons.ts';
import { burnText, intervalsText } from '../words/track-record.ts';
import type { IncidentView } from './use-incident.ts';

/** How high the chart is: it takes the room that the facts beside it take on the card of what was detected. */
const CARD_CHART_PX = 290;

/** The longest look ahead that still leaves the past readable, where the budget does not run out. */
const CALM_AHEAD_MS = 60 * 60_000;

function untilOf(issuedAt: number, p50: number | null, p90: number | null, fanEnd: number): number {
  if (p50 === null) return Math.min(fanEnd, issuedAt + CALM_AHEAD_MS);
  const far = p90 === null ? p50 * 2 : Math.min(p90 * 1.15, p50 * 3);
  return Math.min(Math.max(fanEnd, issuedAt + p50 * 1000), issuedAt + Math.max(far, 120) * 1000);
}

/** The windows that burn most against what they allow, and what was counted; observed time and track record have lines of their own. */
function standsOn({ burnRates, evidence }: Forecast): readonly string[] {
  const hottest = burnRates.toSorted((a, b) => b.burn / b.threshold - a.burn / a.threshold).slice(0, 2);
  const counted = evidence.filter((line) => !/^observed |history yet|intervals held/.test(line));
  return [...counted, ...hottest.map(burnText)].map(unbroken);
}

/** The service's own estimate of the present, beside the forecast that was frozen: "32 min (19–41 min)". */
function asItBurnsNow({ exhaustionSeconds }: Pick<SloResource, 'exhaustionSeconds'>): string {
  const { main, range } = exhaustionText(exhaustionSeconds);
  if (main === 'gone') return 'nothing of the budget is left';
  if (main === NO_END) return NO_END;
  return `gone in ${main}${range === '' ? '' : ` (${range})`}`;
}

/** What happens if nothing is done: the frozen forecast, its interval and how often such forecasts held. */
export function ForecastCard({ view }: { readonly view: IncidentView }) {
  const now = useNow();
  const { zone } = useZone();
  const { forecast, incident, slo } = view;
  if (forecast === undefined) {
    return (
      <section className="card" aria-labelledby="forecast">
        <div className="top">
          <h2 id="forecast">Forecast</h2>
        </div>
        <p className="muted">
          {incident.state === 'detected'
            ? 'The forecaster is looking at it.'
            : 'There is no forecast for this incident: its service has no SLO, or too little was observed.'}
        </p>
      </section>
    );
  }
  const issuedAt = Date.parse(forecast.issuedAt);
  const ground = standsOn(forecast);
  const { main, range } = exhaustionText(forecast.exhaustionSeconds);
  const observed = (slo?.burnDown ?? []).map((point) => ({ at: Date.parse(point.at), value: point.budgetLeft }));
  const fan = forecast.fan.map((point) => ({ at: Date.parse(point.at), ...point.budgetLeft }));
  const { p10, p50, p90 } = forecast.exhaustionSeconds;
  const end = untilOf(issuedAt, p50, p90, fan.at(-1)?.at ?? issuedAt);
  const draw = (width: number): Scene =>
    budgetChart({
      width,
      height: CARD_CHART_PX,
      title: `${forecast.service} error budget`,
      observed: observed.length > 0 ? observed : [{ at: issuedAt, value: forecast.budgetLeft }],
      fan,
      exhaustion: { issuedAt, p10, p50, p90 },
      ...(view.to === undefined ? { now: now.getTime() } : {}),
      time: {
        from: Math.max(view.from, Math.min(observed[0]?.at ?? view.from, issuedAt - 60_000)),
        to: Math.max(end, view.to ?? 0),
      },
    });
  const clock = (seconds: number | null, today: Date): string =>
    seconds === null ? 'no end' : timeText(issuedAt + seconds * 1000, zone, today, false).replace(' UTC', '');
  /** The day stands once, unless an end of the interval is on another. */
  const goneText = (seconds: number): string => {
    const day = new Date(issuedAt + seconds * 1000);
    return `gone at ${clock(seconds, now)}${p10 === null ? '' : ` (${clock(p10, day)}–${clock(p90, day)})`}`;
  };
  return (
    <section className="card" aria-labelledby="forecast">
      <div className="top">
        <h2 id="forecast">Forecast</h2>
        <span className="small muted">
          frozen <Time at={forecast.frozenAt} /> · <span className="mono">#{forecast.hash.slice(0, 4)}</span>
        </span>
      </div>
      <div className="big">
        <span className="nowrap">{main}</span>{' '}
        <small>
          {main === 'gone'
            ? 'nothing of the budget is left'
            : main === NO_END
              ? 'of the budget'
              : unbroken(`to budget exhaustion${range === '' ? '' : `, ${range}`}`)}
        </small>
      </div>
      <ChartWithTable draw={draw} />
      <div className="rows">
        <div className="kv">
          <span>If nothing is done</span>
          <strong>
            {p50 === null
              ? `${percentDigits(forecast.exhaustionProbability)} % risk that it runs out`
              : p50 <= 0
                ? 'bad events go on'
                : goneText(p50)}
          </strong>
        </div>
        {slo !== undefined && incident.state !== 'closed' && isObserved(slo) && (
          <div className="kv changing">
            <span>As it burns now</span>
            <strong>{asItBurnsNow(slo)}</strong>
          </div>
        )}
        <div className="kv">
          <span>Track record here</span>
          <strong>{intervalsText(forecast.trackRecord)}</strong>
        </div>
        <div className="kv">
          <span>Observed</span>
          <strong>
            {durationText(forecast.observedSeconds)} of {durationText(forecast.windowSeconds)}
            {forecast.sufficientHistory ? '' : ', insufficient history'}
          </strong>
        </div>
        {ground.length > 0 && (
          <div className="stands-on">
            <span>Stands on</span>
            <ul className="lines">
              {ground.map((line) => (
                <li key={line}>{capital(line)}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
