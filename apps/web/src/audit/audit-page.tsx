import { shortId } from '@autoops/charts';
import type { AuditEntry, AuditStatus } from '@autoops/contracts';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { calls } from '../api/actions.ts';
import { asProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { ActionMenu } from '../controls/action-menu.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { save } from '../controls/download.ts';
import { useAction } from '../controls/use-action.ts';
import { Time, ZoneNote } from '../format/clock.tsx';
import { plainNumber, plural, unbroken } from '../format/numbers.ts';
import { announce } from '../live/announcer.tsx';
import { Screen } from '../shell/screen.tsx';
import { useRefusal } from '../shell/session.tsx';
import { useParameter } from '../shell/url-state.ts';
import { Banner } from '../state/banner.tsx';
import { useLastFailure } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { ActorMark, Status } from '../status/status.tsx';
import type { Column } from '../table/data-table.tsx';
import { FindField } from '../table/find-field.tsx';
import { byServer, List, type Filter } from '../table/list.tsx';
import { actorText, capital } from '../words/reasons.ts';
import { verbText } from '../words/audit-words.ts';
import { asLines, wholeAudit } from './whole-audit.ts';

/** What the server narrows the log to; undefined where nothing is chosen. */
function useFilters(): Record<'actor' | 'verb' | 'q', string | undefined> {
  const [actor] = useParameter('actor');
  const [verb] = useParameter('verb');
  const [q] = useParameter('q');
  const chosen = (text: string) => (text === '' ? undefined : text);
  return { actor: chosen(actor), verb: chosen(verb), q: chosen(q) };
}

/** Reads the whole log as it is filtered and hands it out as a file, one entry a line, which `autoops` and every tool can read. */
function ExportAudit() {
  const { actor, verb, q } = useFilters();
  const [read, setRead] = useState<number | undefined>();
  const refusal = useRefusal('aiops:read');
  const filtered = [actor, verb, q].filter((each) => each !== undefined);
  const exportAll = async (): Promise<void> => {
    setRead(0);
    try {
      const entries = await wholeAudit({ actor, verb, q }, setRead);
      save(`audit${filtered.map((each) => `-${each.replaceAll(/[^\w.-]/g, '_')}`).join('')}.jsonl`, asLines(entries));
      announce(`Exported ${plural(entries.length, 'entry', 'entries')}`);
    } catch (error) {
      announce(`Export: ${asProblem(error).title}`);
    } finally {
      setRead(undefined);
    }
  };
  return (
    <ActionButton busy={read !== undefined} disabledBecause={refusal} onClick={() => void exportAll()}>
      {read !== undefined && read > 0
        ? `Exporting, ${plainNumber(read, 0)} entries`
        : filtered.length === 0
          ? 'Export log'
          : 'Export what is shown'}
    </ActionButton>
  );
}

/** Green only where every entry has been verified. */
function ChainVerdict({ status: { ok, verifiedTo, entries } }: { readonly status: AuditStatus }) {
  if (!ok) return <Status kind="verdict" value="deny" word="The chain is broken" />;
  const word = verifiedTo === 0 ? 'Not verified yet' : `Verified to #${plainNumber(verifiedTo, 0)}`;
  return verifiedTo === 0 || verifiedTo < entries ? (
    <Status kind="health" value="no-data" word={word} />
  ) : (
    <Status kind="verdict" value="allow" word={word} />
  );
}

function ChainStatus() {
  const client = useQueryClient();
  const status = useQuery(queries.auditStatus());
  const verify = useAction<AuditStatus>((answer) => client.setQueryData(queries.auditStatus().queryKey, answer));
  const refusal = useRefusal('aiops:read');
  const shown = status.data;
  const failure = useLastFailure([status], 'audit status');
  return (
    <div className="row">
      <ZoneNote />
      {shown === undefined && failure === null && <Skeleton height={20} width={320} />}
      {shown !== undefined && (
        <span className="row">
          <ChainVerdict status={shown} />
          <span className="small muted">
            of {plainNumber(shown.entries, 0)}, <Time at={shown.verifiedAt} relative /> · whole log{' '}
            <Time at={shown.wholeAt} relative /> · head <span className="mono">{shown.headHash.slice(0, 12)}</span>
          </span>
        </span>
      )}
      <ActionButton
        busy={verify.isPending}
        disabledBecause={refusal}
        onClick={() => verify.mutate(calls.verifyAudit())}
      >
        Verify now
      </ActionButton>
      <ExportAudit />
      <ActionMenu calls={[calls.verifyAudit()]} />
    </div>
  );
}

const FILTERS: readonly Filter<AuditEntry>[] = [
  {
    title: 'Actor',
    parameter: 'actor',
    of: (row) => row.actor.id,
    label: (id) => actorText({ kind: '', id }),
    keeps: byServer,
  },
  { title: 'Verb', parameter: 'verb', of: (row) => row.verb, label: verbText, keeps: byServer },
  { parameter: 'q', keeps: byServer },
];

const subjectText = ({ kind, id }: AuditEntry['subject']): string => `${kind} ${shortId(id)}`;

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    key: 'seq',
    title: '#',
    width: '56px',
    named: true,
    cell: (row) => <span className="mono">{row.seq}</span>,
    sortBy: (row) => row.seq,
  },
  { key: 'at', title: 'Time', width: '84px', cell: (row) => <Time at={row.at} plain /> },
  {
    key: 'actor',
    title: 'Actor',
    width: 'minmax(136px,1fr)',
    cell: (row) => (
      <span className="row" style={{ flexWrap: 'nowrap', overflowWrap: 'anywhere' }}>
        <ActorMark actor={row.actor} /> {actorText(row.actor)}
      </span>
    ),
    sortBy: (row) => row.actor.id,
  },
  {
    key: 'verb',
    title: 'Verb',
    width: 'minmax(140px,1fr)',
    wideOnly: true,
    cell: (row) => <span title={row.verb}>{verbText(row.verb)}</span>,
    sortBy: (row) => row.verb,
  },
  { key: 'what', title: 'What', width: 'minmax(200px,4fr)', lead: true, cell: (row) => unbroken(capital(row.summary)) },
  {
    key: 'subject',
    title: 'Subject',
    width: 'minmax(148px,1fr)',
    wideOnly: true,
    cell: (row) =>
      row.incidentId === undefined && row.subject.kind !== 'incident' ? (
        <span className="mono muted">{subjectText(row.subject)}</span>
      ) : (
        <Link className="mono cite" to={`/incidents/${row.incidentId ?? row.subject.id}`}>
          {subjectText(row.subject)}
        </Link>
      ),
  },
];

function Entry({ row }: { readonly row: AuditEntry }) {
  return (
    <div className="stack tight">
      <div className="row small mono">
        <span>{row.verb}</span>
        <span>previous {row.previousHash.slice(0, 16)}…</span>
        <span>hash {row.hash.slice(0, 16)}…</span>
        <CopyButton text={JSON.stringify(row, null, 2)} label="Copy JSON" />
      </div>
      <pre className="json" tabIndex={0} aria-label={`Entry ${row.seq}`}>
        {JSON.stringify(row.detail, null, 2)}
      </pre>
    </div>
  );
}

/** The append-only log: who did what, why, on which evidence; the chain can be verified here. */
export default function AuditPage() {
  const filters = useFilters();
  const [open, setOpen] = useState<string | undefined>();
  const status = useQuery(queries.auditStatus());
  const query = useInfiniteQuery(queries.audit(filters));
  return (
    <Screen
      title="Audit"
      head={
        <div className="row">
          <FindField label="Search the audit log" placeholder="Search what entries say" />
          <ChainStatus />
        </div>
      }
    >
      {status.data?.firstBad !== undefined && (
        <Banner tone="deny" glyph="stop">
          <b>Entry #{status.data.firstBad.seq} does not fit the chain:</b> {status.data.firstBad.why}. Everything before
          it is intact.
        </Banner>
      )}
      <List
        query={query}
        what="audit log"
        awaited={10}
        label="Audit log"
        rows={query.data?.pages.flatMap((page) => page.items) ?? []}
        idOf={(row) => row.id}
        onOpen={(row) => setOpen(open === row.id ? undefined : row.id)}
        expanded={(row) => (open === row.id ? <Entry row={row} /> : null)}
        filters={FILTERS}
        facets="beside"
        empty={
          filters.q === undefined
            ? {
                title: 'No entry',
                text: 'Every decision, action, export and log-in is written here in the same transaction as its effect.',
              }
            : { title: 'No entry says that', text: 'Other words, a name or an id find more; clear the field for all.' }
        }
        older={['Show older entries', query]}
        columns={COLUMNS}
      />
    </Screen>
  );
}
