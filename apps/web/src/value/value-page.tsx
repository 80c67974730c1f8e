import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { useNow } from '../format/clock.tsx';
import { moneyText, plural } from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { useParameter } from '../shell/url-state.ts';
import { Loaded } from '../state/loaded.tsx';
import { SkeletonScreen } from '../state/skeletons.tsx';
import { EnvironmentChip } from '../status/status.tsx';
import { Ledger } from './ledger.tsx';
import { RateCards } from './rate-cards.tsx';
import { LeftOut, Sums } from './sums.tsx';

/** The quarter that a day lies in, as the API names it: "2026-Q4". */
export function quarterOf(day: Date): string {
  return `${day.getUTCFullYear()}-Q${Math.floor(day.getUTCMonth() / 3) + 1}`;
}

const PERIODS: readonly (readonly [string, string])[] = [
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
  ['365d', 'Last 365 days'],
  ['all', 'Everything'],
];

/** What AutoOps was worth: minutes and requests first, money second, every figure down to its inputs. */
export default function ValuePage() {
  const [period, setPeriod] = useParameter('period', '90d');
  const quarter = quarterOf(useNow());
  const query = useQuery(queries.value(period));
  return (
    <Screen
      title="Value"
      head={
        <label className="chip">
          <span className="sr">Period</span>
          <select value={period} onChange={(event) => setPeriod(event.target.value)}>
            {[[quarter, `This quarter, ${quarter.slice(5)}`] as const, ...PERIODS].map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <Loaded
        query={query}
        what="value"
        skeleton={
          <SkeletonScreen
            parts={[
              { grid: 'grid4', heights: [110, 110, 110, 110] },
              { heights: [24], width: '30%' },
              { heights: [160] },
              { grid: 'grid2', heights: [165, 165] },
            ]}
          />
        }
      >
        {(summary) => (
          <div className="stack">
            {summary.incidents > 0 && <Sums summary={summary} />}
            {summary.byService.length > 0 && (
              <div className="row">
                {summary.byService.map((each) => (
                  <span key={`${each.environment}${each.service}`} className="row small">
                    <EnvironmentChip environment={each.environment} /> {each.service}: {moneyText(each.booked)} from{' '}
                    {plural(each.incidents, 'incident')}
                  </span>
                ))}
              </div>
            )}
            <Ledger summary={summary} />
            <LeftOut summary={summary} />
            {summary.rateCards.length > 0 && (
              <>
                <h2>Rate cards in force</h2>
                <RateCards cards={summary.rateCards} />
              </>
            )}
          </div>
        )}
      </Loaded>
    </Screen>
  );
}
