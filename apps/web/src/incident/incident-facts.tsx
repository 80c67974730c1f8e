import { budgetBar } from '@autoops/charts';
import { useNow, useZone } from '../format/clock.tsx';
import { durationText, intervalText, oneInText, percentText, plural, timesText, unbroken } from '../format/numbers.ts';
import { timeText } from '../format/time.ts';
import { BudgetMeter } from '../status/status.tsx';
import type { IncidentView } from './use-incident.ts';

/** What is spent, burning and affected, whose it is, and what the fix was worth. */
export function IncidentFacts({ view }: { readonly view: IncidentView }) {
  const { incident, forecast, slo, service } = view;
  const left = slo?.budgetLeft ?? forecast?.budgetLeft;
  const bar = left === undefined ? undefined : budgetBar(left);
  const now = useNow();
  const { zone } = useZone();
  const over = incident.state === 'closed';
  // Of what is over the frozen forecast tells, with its time: nothing burns or fails any more.
  const then = over && forecast !== undefined ? ` at ${timeText(forecast.issuedAt, zone, now, false)}` : '';
  const burnRates = (over ? undefined : slo?.burnRates) ?? forecast?.burnRates ?? [];
  const burn = burnRates.reduce((most, rate) => Math.max(most, rate.burn), 0);
  const windowSeconds = slo?.windowSeconds ?? forecast?.windowSeconds;
  const fact = (title: string, value: React.ReactNode) => (
    <div key={title}>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
  const affected = oneInText(forecast?.currentBadRatio ?? 0);
  // Each fact has its place from the start, whatever is known by then: one that came later would push down what is being read.
  return (
    <dl className="facts incident-facts">
      {fact(
        windowSeconds === undefined ? 'Budget left' : `Budget left, ${durationText(windowSeconds)}`,
        left === undefined || bar === undefined ? (
          'not counted yet'
        ) : (
          <>
            {left < 0 ? `overspent ${percentText(-left)}` : percentText(left)} <BudgetMeter {...bar} />
          </>
        ),
      )}
      {fact(over ? `Burned${then}` : 'Burning', burn > 0 ? timesText(burn) : over ? 'not known' : 'not at all')}
      {fact(
        `Affected${then}`,
        affected === undefined ? (over ? 'no users' : 'no users yet') : `${affected} operations`,
      )}
      {fact('Depends on it', plural(service?.dependents.length ?? 0, 'service'))}
      {fact('Owner', service?.owner || 'nobody')}
      {fact('Taken by', incident.assignee ?? incident.acknowledgedBy?.id ?? (over ? 'nobody' : 'nobody yet'))}
      {fact(
        'Bad minutes avoided',
        incident.state !== 'closed'
          ? 'counted at its end'
          : incident.value === undefined
            ? 'none shown'
            : unbroken(`${intervalText(incident.value.badMinutesAvoided)} min`),
      )}
    </dl>
  );
}
