import { valueText } from '@autoops/charts';
import type { Anomaly } from '@autoops/contracts';
import { Link } from 'react-router';
import { Time } from '../format/clock.tsx';
import { percentText, plainNumber } from '../format/numbers.ts';
import { Glyph } from '../status/glyph.tsx';
import { StatusChip } from '../status/status.tsx';
import {
  alikeText,
  deviationLook,
  deviationText,
  deviationValue,
  differences,
  endedText,
  isAlike,
  noveltyLook,
  noveltyText,
  NOVELTY_MOST,
  togetherText,
  viewText,
  type AxisLook,
} from '../words/anomaly-words.ts';
import './anomaly-facts.css';

/** Parts named before the rest is only counted. */
const SHOWN = 3;

function Axis({ name, value, look, text }: { name: string; value: string; look: AxisLook; text: string }) {
  return (
    <div className="axis">
      <span className="axis-name">{name}</span>
      <span className="bar" role="img" aria-label={`${name} ${value}: ${text}`}>
        <i className={look.ink} style={{ width: `${look.share * 100}%` }} />
      </span>
      <strong>{value}</strong>
      <span className={`status ${look.tone}`}>
        <Glyph name={look.glyph} />
        {text}
      </span>
    </div>
  );
}

/** The two axes of an anomaly as bars with words, and which view was surprised most. */
export function AnomalyAxes({ anomaly }: { readonly anomaly: Anomaly }) {
  const { novelty, deviation, winningView, context } = anomaly;
  const measured = context.measuredAgainst;
  return (
    <div className="axes">
      <Axis
        name="Novelty"
        value={`${plainNumber(Math.min(NOVELTY_MOST, novelty), 1)} of ${NOVELTY_MOST}`}
        look={noveltyLook(novelty)}
        text={noveltyText(novelty)}
      />
      <Axis
        name="Deviation"
        value={deviationValue(deviation)}
        look={deviationLook(deviation)}
        text={deviationText(deviation)}
      />
      <p className="small muted axes-note">
        Most surprising: {viewText(winningView)}.
        {measured !== undefined &&
          ` ${plainNumber(measured.samples, 0)} samples were known${measured.learning ? ', its season not yet' : ''}.`}
      </p>
    </div>
  );
}

/** What differs: shares of labels now and then, ranked, and which other indicators departed at the same time. */
export function WhatDiffers({ anomaly }: { readonly anomaly: Anomaly }) {
  const parts = differences(anomaly);
  const together = togetherText(anomaly);
  return (
    <div className={anomaly.closedAt === undefined ? 'differs changing' : 'differs'}>
      <span className="muted small">What differs</span>
      {parts.length === 0 && together === undefined && <strong>all parts alike</strong>}
      {parts.length > 0 && (
        <ol>
          {parts.slice(0, SHOWN).map(({ part, share, then }) => (
            <li key={part}>
              <span className="bar" aria-hidden="true">
                <i className="run" style={{ width: `${(share ?? 0) * 100}%` }} />
              </span>
              <strong>{part}</strong>
              <span className="small muted">
                {share === undefined ? 'as usual now' : `${percentText(share)} of it`}
                {then === undefined ? '' : `, ${percentText(then)} then`}
              </span>
            </li>
          ))}
        </ol>
      )}
      {parts.length > SHOWN && <span className="small muted">and {parts.length - SHOWN} more</span>}
      {together !== undefined && <p className="small">{together}</p>}
    </div>
  );
}

/** When the series was most like this before: how much, its value then, the incident of that time and how that ended. */
export function NearestPast({ anomaly }: { readonly anomaly: Anomaly }) {
  const past = anomaly.context.nearestPast;
  if (past === undefined)
    return (
      <div className="kv">
        <span>Nearest past</span>
        <strong>none known yet</strong>
      </div>
    );
  if (!isAlike(past))
    return (
      <div className="kv">
        <span>Nearest past</span>
        <strong>{alikeText(past)}</strong>
      </div>
    );
  const ended = endedText(past);
  return (
    <div className="kv">
      <span>Nearest past</span>
      <strong>
        {alikeText(past)}
        {past.observed === undefined ? '' : `: ${valueText(past.observed, anomaly.unit)}`}{' '}
        <Link
          to={`/services/${encodeURIComponent(`${anomaly.environment}:${anomaly.service}`)}?at=${Date.parse(past.at) + 120_000}&span=600`}
          title="Show the charts of that time"
        >
          <Time at={past.at} />
        </Link>
        {past.incident !== undefined && (
          <>
            {' '}
            · <Link to={`/incidents/${past.incident}`}>{past.incident}</Link>{' '}
            {past.outcome === undefined ? ended : <StatusChip kind="outcome" value={past.outcome} />}
          </>
        )}
      </strong>
    </div>
  );
}
