import { budgetBar, budgetChart } from '@autoops/charts';
import type { SloResource } from '@autoops/contracts';
import { ChartWithTable } from '../chart/scene-view.tsx';
import { durationText, exhaustionText, NO_END, percentText, timesText, valueText } from '../format/numbers.ts';
import { Status, StatusChip } from '../status/status.tsx';
import { isObserved } from './observed.ts';

/** An SLO of a service: what is left of its budget, how fast it goes, and what that is counted from. */
export function SloGauge({ slo }: { readonly slo: SloResource }) {
  const { main, range } = exhaustionText(slo.exhaustionSeconds);
  const bar = budgetBar(slo.budgetLeft, 100);
  return (
    <section className="card" aria-label={`SLO ${slo.title}`}>
      <div className="top">
        <h2 className="h3">{slo.title || slo.name}</h2>
        <StatusChip kind="health" value={slo.state} />
      </div>
      {isObserved(slo) ? (
        <>
          <div className="spread">
            <div className="big">
              <span className="nowrap">{percentText(slo.budgetLeft)}</span> <small>of the budget left</small>
            </div>
            <div className="big">
              <span className="nowrap">{main}</span>{' '}
              <small>
                {main === NO_END ? '' : 'to exhaustion '}as it burns now{range === '' ? '' : `, ${range}`}
              </small>
            </div>
          </div>
          <div style={{ margin: '8px 0' }}>
            <span className="bar" role="img" aria-label={bar.summary} style={{ width: '100%', height: 8 }}>
              <i className={bar.ink} style={{ width: `${Math.max(0, Math.min(100, slo.budgetLeft * 100))}%` }} />
            </span>
          </div>
          <ChartWithTable
            draw={(width) =>
              budgetChart({
                title: slo.title || slo.name,
                observed: slo.burnDown.map((point) => ({ at: Date.parse(point.at), value: point.budgetLeft })),
                height: 130,
                width,
              })
            }
          />
        </>
      ) : (
        <p className="unknown">
          Of its budget nothing is known yet:{' '}
          {slo.totalEvents === 0 ? 'no operation was seen' : `${valueText(slo.totalEvents, 'n')} operations were seen`}{' '}
          in {durationText(slo.observedSeconds)}. Time that nobody observed is neither good nor spent.
        </p>
      )}
      <div className="rows">
        <div className="kv">
          <span>Attained</span>
          <strong>
            {isObserved(slo)
              ? `${percentText(slo.attained)} in the ${durationText(slo.observedSeconds)} observed`
              : 'not known yet'}
            ; objective {percentText(slo.target)} over {durationText(slo.windowSeconds)}
          </strong>
        </div>
        <div className="kv">
          <span>Bad of all events</span>
          <strong>
            {valueText(slo.badEvents, 'n')} of {valueText(slo.totalEvents, 'n')}
          </strong>
        </div>
        {(isObserved(slo) ? slo.burnRates : []).map((rate) => (
          <div key={`${rate.window}${rate.shortWindow}`} className="kv">
            <span>
              Burn over {rate.window} and {rate.shortWindow}
            </span>
            <strong>
              {rate.firing && <Status kind="health" value="burning" />} {timesText(rate.burn)} of{' '}
              {timesText(rate.threshold)} allowed
              {!rate.firing && rate.burn > rate.threshold && `, no longer in the last ${rate.shortWindow}`}
            </strong>
          </div>
        ))}
      </div>
    </section>
  );
}
