import type { Plan } from '@autoops/contracts';
import { signalText } from '../plan/measure-text.ts';

/** What a runbook says it changes, and where. `service`: whose indicator it is. */
export interface Effect {
  readonly indicator: string;
  readonly service: string;
  /** Share of the harm that goes away. */
  readonly reductionRatio: number;
  readonly withinSeconds: number;
  /** True where more of the indicator is better, such as replicas that are ready. */
  readonly moreIsBetter: boolean;
}

/** The effect that a plan promises, as people read it: "queue age of orders down by 95 % within 15 s". */
export function expectedEffect(effect: Effect): Plan['expectedEffect'] {
  const { indicator, service, withinSeconds } = effect;
  const share = `${Math.round(effect.reductionRatio * 100)} %`;
  const subject = signalText(indicator, service, {});
  return {
    indicator,
    text: effect.moreIsBetter
      ? `${share} of the shortfall in ${subject} made up within ${withinSeconds} s`
      : `${subject} down by ${share} within ${withinSeconds} s`,
    withinSeconds,
  };
}
