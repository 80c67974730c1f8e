import type { Narrative, NarrativeSentence, Run } from '@autoops/contracts';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Time, useNow } from '../format/clock.tsx';
import { durationText, plural, unbroken } from '../format/numbers.ts';
import { secondsBetween } from '../format/time.ts';
import { Empty } from '../state/empty.tsx';
import { Status, StatusChip } from '../status/status.tsx';
import { ValueBlock } from '../value/value-block.tsx';
import { claimParts } from '../words/incident-sentence.ts';
import { actorText, sentenceCase } from '../words/reasons.ts';
import { EvidenceRefs, Sentence } from './sentence.tsx';
import type { IncidentView } from './use-incident.ts';
import './story.css';

const SECTIONS: readonly (readonly [NarrativeSentence['section'], string])[] = [
  ['headline', ''],
  ['what-happened', 'What happened'],
  ['cause', 'Why'],
  ['impact', 'Impact'],
  ['what-was-done', 'What was done'],
  ['why-allowed', 'Why it was allowed'],
  ['value', 'What it was worth'],
  ['are-we-safer', 'Are we safer now'],
  ['decision', 'Decision asked'],
];

/** The story; a sentence without evidence is not shown, and text of an agent is visibly so. */
export function NarrativeTab({ view }: { readonly view: IncidentView }) {
  const { narrative, incident } = view;
  if (narrative === undefined) {
    return (
      <Empty
        title={incident.state === 'closed' ? 'The story is being written' : 'The story is not written yet'}
        text="It is written when the incident closes, from the record alone: every number in it links to its evidence."
      />
    );
  }
  const shown = (section: string): readonly NarrativeSentence[] =>
    narrative.sentences.filter(
      (sentence) => sentence.section === section && sentence.evidence.length + sentence.claims.length > 0,
    );
  return (
    <div className="story-grid">
      <article className="story">
        {SECTIONS.map(([section, title]) => {
          const sentences = shown(section);
          return sentences.length === 0 ? null : (
            <section key={section}>
              {title !== '' && <h2>{title}</h2>}
              {sentences.map((sentence, index) => (
                <p
                  key={index}
                  className={`${sentence.author === 'agent' ? 'agent' : ''}${section === 'headline' ? ' strong' : ''}`}
                >
                  {sentence.author === 'agent' && (
                    <span className="av agent" title="Written by an agent">
                      A
                    </span>
                  )}{' '}
                  <Sentence parts={claimParts(sentence)} incident={incident.name} />
                  <EvidenceRefs ids={sentence.evidence} incident={incident.name} />
                </p>
              ))}
            </section>
          );
        })}
        <p className="small faint">
          Written <Time at={narrative.writtenAt} /> from version {narrative.incidentVersion} of the record;{' '}
          {narrative.sentences.some((sentence) => sentence.author === 'agent')
            ? 'agent sentences are marked'
            : 'by template, without a language model'}
          .
        </p>
      </article>
      <aside style={{ marginTop: 14 }}>
        {incident.value !== undefined && <ValueBlock value={incident.value} incident={incident.name} />}
      </aside>
    </div>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly ReactNode[] }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      {lines.length === 0 ? (
        <p className="muted">Nothing recorded.</p>
      ) : (
        <ul className="lines">
          {lines.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Which controls worked, what went well and wrong, and what to do. Systems are the subjects, never people. */
export function ReviewTab({ narrative }: { readonly narrative: Narrative | undefined }) {
  if (narrative === undefined)
    return (
      <Empty
        title="Nothing to review yet"
        text="Controls, what went well, what went wrong and follow-ups are listed once the incident is closed."
      />
    );
  return (
    <div className="stack" style={{ marginTop: 14 }}>
      <div className="card flush scroll-x">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Control</th>
              <th scope="col">Did it work</th>
              <th scope="col">Note</th>
            </tr>
          </thead>
          <tbody>
            {narrative.controls.map((control) => (
              <tr key={control.control}>
                <td>
                  <b>{control.control}</b>
                </td>
                <td>
                  <Status kind="control" value={control.worked} />
                </td>
                <td className="muted">{control.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="grid3">
        <Lines title="Went well" lines={narrative.wentWell.map(unbroken)} />
        <Lines title="Went wrong" lines={narrative.wentWrong.map(unbroken)} />
        <Lines title="Got lucky" lines={narrative.gotLucky.map(unbroken)} />
      </div>
      <Lines
        title="Follow-ups"
        lines={narrative.actions.map(({ type, text, owner, due }) => (
          <>
            {sentenceCase(type)}: {unbroken(text)}{' '}
            <span className="small muted">
              {owner}
              {due === undefined ? '' : `, due ${due}`}
            </span>
          </>
        ))}
      />
    </div>
  );
}

/** The executions of this incident's plans. */
export function RunsTab({ runs }: { readonly runs: readonly Run[] }) {
  const now = useNow();
  if (runs.length === 0)
    return (
      <Empty
        title="Nothing has run"
        text="A run appears here when a plan is executed; until then nothing was changed."
      />
    );
  return (
    <div className="stack tight" style={{ marginTop: 14 }}>
      {runs.map((run) => (
        <Link key={run.id} to={`/runs/${run.id}`} className="card spread" style={{ textDecoration: 'none' }}>
          <span className="row">
            <StatusChip kind="run" value={run.state} />
            <b>{plural(run.steps.length, 'step')}</b>
            <span className="muted">
              asked for by {actorText(run.requester)}, {run.startedAt === undefined ? 'queued' : 'started'}{' '}
              <Time at={run.startedAt ?? run.createdAt} />
            </span>
          </span>
          <span className="muted">
            {run.finishedAt === undefined ? '' : 'took '}
            {durationText(secondsBetween(run.startedAt ?? run.createdAt, run.finishedAt, now))}
            {run.finishedAt === undefined ? ' so far' : ''}
          </span>
        </Link>
      ))}
    </div>
  );
}
