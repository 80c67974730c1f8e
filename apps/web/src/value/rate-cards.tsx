import type { RateCard } from '@autoops/contracts';
import { useNow } from '../format/clock.tsx';
import { amountText, durationText, moneyText, percentText } from '../format/numbers.ts';
import { Status } from '../status/status.tsx';
import { PlainTable } from '../table/plain-table.tsx';

/** Who approved a card and until when it holds, or why nothing is booked by it. */
function Approved({ card, now }: { readonly card: RateCard; readonly now: Date }) {
  if (card.approvedBy === undefined)
    return <Status kind="verdict" value="require-approval" word="Not approved: indicative" />;
  if (Date.parse(card.reviewBy) < now.getTime())
    return <Status kind="verdict" value="require-approval" word="Expired: indicative" />;
  return (
    <span>
      {card.approvedBy}, <span className="nowrap">{card.reviewBy}</span>
    </span>
  );
}

/** The rate cards in force: by what a good event is valued, from where, and until when it is approved. */
export function RateCards({ cards }: { readonly cards: readonly RateCard[] }) {
  const now = useNow();
  return (
    <div className="card flush">
      <PlainTable
        label="Rate cards in force"
        rows={cards}
        idOf={(card) => `${card.name}${card.version}`}
        columns={[
          {
            title: 'Rate card',
            cell: (card) => (
              <span>
                <b>{card.name}</b> v{card.version}
              </span>
            ),
          },
          { title: 'Service', cell: (card) => card.service },
          {
            title: 'Value of a good event',
            cell: ({ currency, valuePerGoodEvent: { low, mode, high } }) =>
              `${moneyText({ currency, amount: String(mode) })} (${amountText(low)}–${amountText(high)})`,
          },
          { title: 'Recovered later', cell: (card) => percentText(card.rho) },
          {
            title: 'Untreated, usually',
            cell: ({ untreatedDuration: { p50, p90, source } }) => (
              <span title={source}>
                {durationText(p50)} to {durationText(p90)}
              </span>
            ),
          },
          { title: 'Source', cell: (card) => card.source },
          { title: 'Owner', cell: (card) => card.owner },
          { title: 'Approved, review by', cell: (card) => <Approved card={card} now={now} /> },
        ]}
      />
    </div>
  );
}
