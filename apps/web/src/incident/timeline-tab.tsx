import { densityStrip, shortReference } from '@autoops/charts';
import type { TimelineEntry } from '@autoops/contracts';
import { memo, useMemo, useState } from 'react';
import { ActionButton } from '../controls/action-button.tsx';
import { SceneView } from '../chart/scene-view.tsx';
import { Time, useNow, ZoneNote } from '../format/clock.tsx';
import { unbroken } from '../format/numbers.ts';
import { useParameter } from '../shell/url-state.ts';
import { Empty } from '../state/empty.tsx';
import { ActorMark } from '../status/status.tsx';
import { actorText, capital, reasonText, saysMore } from '../words/reasons.ts';
import { Considered } from './considered.tsx';
import { EvidenceRefs } from './sentence.tsx';
import { VirtualList } from '../table/virtual-list.tsx';
import { foldAnomalies, timelineRows, type FoldedReason, type FoldedRow, type TimelineRow } from './timeline.ts';
import './timeline.css';

/** A row of one line, as the style sheet makes it: what needs no measuring is not laid out twice. */
const ROW_PX = 36;

/** The day of an instant; times of another day than today are shown with it. */
const dayOf = (at: string): string => at.slice(0, 10);

const LANES = ['signal', 'decision', 'policy', 'action', 'human'] as const;

const Row = memo(function Row({ entry, incident }: { readonly entry: TimelineEntry; readonly incident: string }) {
  const reason = reasonText(entry.reason);
  const extra = saysMore(reason, entry.text);
  const text = unbroken(entry.text);
  return (
    <div className={`e${entry.importance < 2 ? ' dim' : ''}`}>
      <Time at={entry.at} plain />
      <span className="lane">{capital(entry.lane)}</span>
      <ActorMark actor={entry.actor} label={`by ${actorText(entry.actor)}`} />
      <span className="what">
        {extra && entry.importance > 1 ? <b>{reason}</b> : null}
        {extra && entry.importance > 1 ? <span className="muted"> — {text}</span> : text}
        {entry.considered !== undefined && <Considered considered={entry.considered} />}
      </span>
      <span>
        {entry.reference !== undefined && entry.evidence.length === 0 && (
          <span className="mono muted reference">{shortReference(entry.reference)}</span>
        )}
        <EvidenceRefs ids={entry.evidence.slice(0, 2)} incident={incident} />
      </span>
    </div>
  );
});

/** What anomalies that joined or ended one after the other are told as, after their number. */
const FOLDED: Readonly<Record<FoldedReason, string>> = {
  'anomaly-joined': 'more anomalies belong to this incident',
  'anomaly-ended': 'measurements are back inside their bands',
};

/** Anomalies that joined or ended one after the other, in one line that opens. */
function Folded({
  reason,
  newest,
  count,
  open,
  onToggle,
}: {
  readonly reason: FoldedReason;
  readonly newest: TimelineEntry;
  readonly count: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <div className="e">
      <Time at={newest.at} plain />
      <span className="lane">{capital(newest.lane)}</span>
      <ActorMark actor={newest.actor} label={`by ${actorText(newest.actor)}`} />
      <b className="what">
        {count} {FOLDED[reason]}
      </b>
      <button type="button" className="chip" aria-expanded={open} onClick={onToggle}>
        {open ? 'Fold' : 'Show'}
      </button>
    </div>
  );
}

const keyOf = (row: TimelineRow | FoldedRow): string => (row.kind === 'entry' ? String(row.entry.seq) : row.key);

/** What happened, newest first: five lanes, an importance filter, silences and anomalies that join or end in a row folded. */
export function TimelineTab({
  entries,
  incident,
  older,
}: {
  readonly entries: readonly TimelineEntry[];
  readonly incident: string;
  /** Reads older entries; undefined when all are there. */
  readonly older?: (() => void) | undefined;
}) {
  const [importance, setImportance] = useParameter('imp', '1');
  const [lane, setLane] = useParameter('lane');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string): void =>
    setOpened(opened.has(key) ? new Set([...opened].filter((each) => each !== key)) : new Set([...opened, key]));
  const rows = useMemo(
    () => foldAnomalies(timelineRows(entries, Number(importance), lane), opened),
    [entries, importance, lane, opened],
  );
  const density = useMemo(
    () =>
      densityStrip(
        entries.map((entry) => Date.parse(entry.at)),
        80,
        400,
        22,
      ),
    [entries],
  );
  const today = dayOf(useNow().toISOString());
  const dated = useMemo(() => entries.some((entry) => dayOf(entry.at) !== today), [entries, today]);
  if (entries.length === 0)
    return (
      <Empty
        title="Nothing recorded yet"
        text="Each measurement, decision, verdict, action and click of this incident appears here as it happens."
      />
    );
  return (
    <>
      <div className="tl-tools">
        <div className="row" role="group" aria-label="Least importance shown">
          {[
            ['1', 'All'],
            ['2', 'Main'],
            ['3', 'Turning points'],
          ].map(([value = '', label]) => (
            <button
              key={value}
              type="button"
              className={`chip${importance === value ? ' run' : ''}`}
              aria-pressed={importance === value}
              onClick={() => setImportance(value, true)}
            >
              {label}
            </button>
          ))}
        </div>
        <div className="row" role="group" aria-label="Lane">
          {LANES.map((each) => (
            <button
              key={each}
              type="button"
              className={`chip${lane === each ? ' run' : ''}`}
              aria-pressed={lane === each}
              onClick={() => setLane(lane === each ? '' : each, true)}
            >
              {capital(each)}
            </button>
          ))}
        </div>
        <SceneView scene={density} fixed />
        <ZoneNote />
      </div>
      <VirtualList
        label="Timeline, newest first"
        className={`tl${dated ? ' dated' : ''}`}
        items={rows}
        keyOf={keyOf}
        rowHeight={ROW_PX}
        row={(row) => {
          if (row.kind === 'entry') return <Row entry={row.entry} incident={incident} />;
          if (row.kind === 'folded') {
            const { reason, newest, count, open, key } = row;
            return <Folded reason={reason} newest={newest} count={count} open={open} onToggle={() => toggle(key)} />;
          }
          return (
            <div className="gap">
              <span>{row.text}</span>
            </div>
          );
        }}
        {...(older === undefined ? {} : { onEnd: older })}
      />
      {older !== undefined && (
        <div className="row" style={{ marginTop: 10 }}>
          <ActionButton onClick={older}>Show older entries</ActionButton>
        </div>
      )}
    </>
  );
}
