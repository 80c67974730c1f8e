import { indicatorOf, valueText } from '@autoops/charts';
import type { Verification } from '@autoops/contracts';

type Sample = Verification['samples'][number];

const WHEN: Readonly<Record<Sample['phase'], string>> = {
  before: 'Before the first step',
  settle: 'While settling',
  window: 'In the window',
};

/** A sample as the log of a run tells it: "While settling: client error ratio of storefront is 56 %, outside its bound". */
export function sampleWords({ phase, indicator, service, value, unit = 'n', good }: Sample): string {
  return `${WHEN[phase]}: ${indicatorOf(service, indicator)} is ${valueText(value, unit)}, ${good ? 'inside' : 'outside'} its bound`;
}
