import type { DecisionRow } from '@autoops/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { Time } from '../format/clock.tsx';
import { useEnvironmentFilter, useParameter } from '../shell/url-state.ts';
import { EnvironmentChip, Status } from '../status/status.tsx';
import { statusLook } from '../status/statuses.ts';
import { byServer, List, type Filter } from '../table/list.tsx';
import { sentenceCase } from '../words/reasons.ts';
import { DecisionDetail } from './decision-detail.tsx';

/** Why in one line: the deciding facts, or that all allowed; and what shadow rules would have said. */
function Why({ row }: { readonly row: DecisionRow }) {
  return (
    <span className="two-lines">
      {row.effect === 'allow' ? <span className="muted">every rule allows it</span> : row.facts.join('; ')}
      {row.shadowed.length > 0 && <span className="muted"> · in shadow {row.shadowed.join(', ')} would stop it</span>}
    </span>
  );
}

const FILTERS: readonly Filter<DecisionRow>[] = [
  {
    title: 'Verdict',
    parameter: 'effect',
    of: (row) => row.effect,
    label: (effect) => statusLook('verdict', effect).word,
    keeps: byServer,
  },
  {
    title: 'Decided by',
    parameter: 'rule',
    of: (row) => (row.effect === 'allow' ? undefined : row.ruleIds[0]),
    keeps: byServer,
  },
];

/** Every verdict that was given, newest first; a row opens to its rules and its input. */
export function DecisionLog() {
  const environment = useEnvironmentFilter();
  const [effect] = useParameter('effect');
  const [rule] = useParameter('rule');
  const [open, setOpen] = useParameter('decision');
  const query = useInfiniteQuery(
    queries.decisions({
      environment,
      effect: effect === '' ? undefined : effect,
      rule: rule === '' ? undefined : rule,
    }),
  );
  const toggle = (row: DecisionRow): void => setOpen(open === row.id ? '' : row.id, true);
  return (
    <List
      query={query}
      what="decision log"
      label="Decisions"
      rows={query.data?.pages.flatMap((page) => page.items) ?? []}
      idOf={(row) => row.id}
      onOpen={toggle}
      expanded={(row) => (open === row.id ? <DecisionDetail row={row} /> : null)}
      filters={FILTERS}
      facets="beside"
      empty={{
        title: 'Nothing was judged',
        text: 'Each plan is judged when it is made, when it is approved and right before it runs; each time is a row here.',
      }}
      older={['Show older decisions', query]}
      columns={[
        { key: 'at', title: 'Decided', width: '84px', cell: (row) => <Time at={row.decidedAt} relative /> },
        {
          key: 'effect',
          title: 'Verdict',
          width: '136px',
          cell: (row) => <Status kind="verdict" value={row.effect} />,
          sortBy: (row) => row.effect,
        },
        {
          key: 'env',
          title: 'Where',
          width: '72px',
          cell: (row) => <EnvironmentChip environment={row.environment} />,
        },
        {
          key: 'for',
          title: 'For',
          width: 'minmax(92px,1fr)',
          cell: (row) =>
            row.incident === undefined ? (
              <span className="muted">a candidate</span>
            ) : (
              <Link className="cite" to={`/incidents/${row.incident}`}>
                {row.incident}
              </Link>
            ),
        },
        {
          key: 'phase',
          title: 'When',
          width: '92px',
          wideOnly: true,
          cell: (row) => <span className="muted">{sentenceCase(row.phase)}</span>,
          sortBy: (row) => row.phase,
        },
        { key: 'why', title: 'Why', width: 'minmax(200px,4fr)', cell: (row) => <Why row={row} /> },
        {
          key: 'more',
          title: 'Rules',
          width: '72px',
          cell: (row) => <ActionButton onClick={() => toggle(row)}>{open === row.id ? 'Close' : 'Open'}</ActionButton>,
        },
      ]}
    />
  );
}
