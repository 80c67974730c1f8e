import type { Anomaly, Evidence } from '@autoops/contracts';
import { useEffect, useMemo, useRef } from 'react';
import { CopyButton } from '../controls/copy.tsx';
import { Time, ZoneNote } from '../format/clock.tsx';
import { useParameter } from '../shell/url-state.ts';
import { Banner } from '../state/banner.tsx';
import { Empty } from '../state/empty.tsx';
import { evidenceRows, type EvidenceRow } from './evidence-rows.ts';
import { AnomalyAxes, NearestPast, WhatDiffers } from './anomaly-facts.tsx';
import './evidence.css';

/** Of which replica or holder an anomaly is, where its indicator has several. */
function labelsText({ kind, data }: Evidence): string {
  const labels = kind === 'anomaly' ? data['labels'] : undefined;
  if (typeof labels !== 'object' || labels === null) return '';
  return Object.values(labels)
    .filter((value) => typeof value === 'string')
    .join(' ');
}

/** The pieces of a thing that was captured more than once; the open one is marked. */
function Captures({
  row,
  shown,
  select,
}: {
  readonly row: EvidenceRow;
  readonly shown: Evidence;
  readonly select: (id: string) => void;
}) {
  return (
    <span className="captures">
      {row.map((item) => (
        <button
          key={item.id}
          type="button"
          className="chip"
          aria-pressed={item === shown}
          onClick={() => select(item.id)}
        >
          {item.id}, <Time at={item.capturedAt} />
        </button>
      ))}
    </span>
  );
}

/** Every thing that a sentence of this incident may stand on, with the digest of what was seen. */
export function EvidenceTab({
  evidence,
  anomalies,
}: {
  readonly evidence: readonly Evidence[];
  readonly anomalies: readonly Anomaly[];
}) {
  const [selected, select] = useParameter('sel');
  const detail = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = evidence.find((item) => item.id === selected);
  const rows = useMemo(() => evidenceRows(evidence), [evidence]);
  const shown = found ?? evidence[0];
  useEffect(() => {
    if (selected === '') return;
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
    detail.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  if (shown === undefined)
    return (
      <Empty
        title="No evidence yet"
        text="Anomalies, forecasts, changes, verdicts and verification samples are kept here with their digests as soon as there are any."
      />
    );
  const open = rows.find((row) => row.includes(shown));
  const anomaly = anomalies.find(({ id }) => shown.kind === 'anomaly' && shown.data['id'] === id);
  return (
    <div className="evidence-grid">
      {selected !== '' && found === undefined && (
        <Banner tone="high" glyph="triangle">
          {selected} is not among the {evidence.length} pieces of evidence that are shown here; {shown.id} is open
          instead.
        </Banner>
      )}
      <ZoneNote />
      <div className="card flush evidence-list" ref={list}>
        {rows.map((row) => {
          const [first, ...later] = row;
          const last = later.at(-1) ?? first;
          return (
            <button
              key={first.id}
              type="button"
              aria-current={row === open}
              onClick={() => select(row === open ? shown.id : last.id)}
            >
              <b className="mono">{first.id}</b>
              <span className="small muted">{first.kind.replaceAll('-', ' ')}</span>
              <span>
                {last.title} <span className="faint">{labelsText(last)}</span>
              </span>
              <span className="small faint">
                <Time at={first.capturedAt} plain />
              </span>
            </button>
          );
        })}
      </div>
      <section className="card" ref={detail} aria-label={`Evidence ${shown.id}`}>
        <div className="top">
          <h3>
            {shown.id} · {shown.title} {labelsText(shown)}
          </h3>
          <CopyButton text={JSON.stringify(shown, null, 2)} label="Copy JSON" />
        </div>
        <div className="rows">
          <div className="kv">
            <span>Captured</span>
            {open !== undefined && open.length > 1 ? (
              <Captures row={open} shown={shown} select={select} />
            ) : (
              <strong>
                <Time at={shown.capturedAt} />
              </strong>
            )}
          </div>
          {shown.query !== undefined && (
            <div className="kv">
              <span>Query</span>
              <strong className="mono">{shown.query}</strong>
            </div>
          )}
          <div className="kv">
            <span>SHA-256</span>
            <strong className="mono" style={{ overflowWrap: 'anywhere' }}>
              {shown.sha256}
            </strong>
          </div>
        </div>
        {anomaly !== undefined && (
          <>
            <AnomalyAxes anomaly={anomaly} />
            <div className="rows">
              <WhatDiffers anomaly={anomaly} />
              <NearestPast anomaly={anomaly} />
            </div>
          </>
        )}
        <pre className="json" tabIndex={0} aria-label="Evidence data" style={{ marginTop: 10 }}>
          {JSON.stringify(shown.data, null, 2)}
        </pre>
      </section>
    </div>
  );
}
