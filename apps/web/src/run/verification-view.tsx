import { indicatorName, lineChart, type Scene, subjectText, valueText } from '@autoops/charts';
import type { Plan, Run } from '@autoops/contracts';
import { ChartWithTable } from '../chart/scene-view.tsx';
import { Countdown } from '../format/clock.tsx';
import { Status } from '../status/status.tsx';
import { reasonText } from '../words/reasons.ts';

/** Those of the window decide; how each is drawn is run.css's. */
const PHASES = [
  ['before', 'before the first step'],
  ['settle', 'while settling (pale)'],
  ['window', 'in the window'],
] as const;

/** The check by an independent signal: each sample, its bound, and what it says. */
export function VerificationView({ run, plan }: { readonly run: Run; readonly plan: Plan | undefined }) {
  const { verification } = run;
  const ended = run.finishedAt !== undefined;
  const indicators = [...new Set(verification.samples.map((sample) => `${sample.service}|${sample.indicator}`))];
  return (
    <div>
      <b>Verification</b>
      <p>
        {verification.state === 'pending' && ended && 'did not start: not all steps were applied'}
        {verification.state === 'pending' &&
          !ended &&
          'starts after the last step; judged by a signal other than the one that raised the alarm'}
        {verification.state === 'settling' && 'settling: only a clear harm counts yet'}
        {verification.state === 'window' && (
          <>
            watching{verification.endsAt === undefined ? '' : ', decided in '}
            {verification.endsAt !== undefined && <Countdown at={verification.endsAt} />}
          </>
        )}
        {verification.state === 'done' && verification.verdict !== undefined && (
          <>
            <Status kind="outcome" value={verification.verdict} word={`${reasonText(verification.verdict)}.`} />{' '}
            {verification.reason}
          </>
        )}
      </p>
      {indicators.map((key) => {
        const [service = '', indicator = ''] = key.split('|');
        const samples = verification.samples.filter(
          (sample) => sample.service === service && sample.indicator === indicator,
        );
        const spec = plan?.verification.signals.find((signal) => signal.signal.indicator === indicator);
        const unit = /ratio/.test(indicator) ? '0-1' : /latency|age/.test(indicator) ? 's' : 'n';
        const good = samples.filter((sample) => sample.good).length;
        const parts = PHASES.flatMap(([phase, words]) => {
          const of = samples.filter((sample) => sample.phase === phase);
          return of.length === 0 ? [] : [`${of.filter((sample) => sample.good).length} of ${of.length} good ${words}`];
        });
        const draw = (width: number): Scene =>
          lineChart({
            title: subjectText(service, indicator),
            unit,
            points: samples.map((sample) => ({ at: Date.parse(sample.at), value: sample.value })),
            ...(spec === undefined
              ? {}
              : { bound: { value: spec.bound, text: `bound ${valueText(spec.bound, unit)}` } }),
            ...(verification.windowStartedAt === undefined
              ? {}
              : { markers: [{ at: Date.parse(verification.windowStartedAt), text: 'window', ink: 'axis' as const }] }),
            width,
            height: 128,
          });
        return (
          <div key={key} className="signal">
            <p>
              {service}, {indicatorName(indicator)} as {samples[0]?.source ?? ''} see it: {parts.join(', ')}
            </p>
            <div className="samples" role="img" aria-label={`${good} of ${samples.length} samples inside the bound`}>
              {samples.map((sample, index) => (
                <i
                  key={index}
                  className={`${sample.good ? '' : 'bad'} ${sample.phase}`}
                  title={`${sample.at.slice(11, 19)} ${valueText(sample.value, unit)} (${sample.phase})`}
                />
              ))}
            </div>
            {samples.length > 1 && <ChartWithTable draw={draw} />}
          </div>
        );
      })}
    </div>
  );
}
