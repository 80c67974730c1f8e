import type { ChartPoint } from '@autoops/charts';
import type { BundleInput } from '../bundle/document.ts';

/** What the brief shows beside the bundle's record: the series of its two charts and the digest of the bundle's document. */
export interface BriefInput extends BundleInput {
  /** Bad share of the service's operations, times in ms since the epoch. */
  readonly sli: readonly ChartPoint[];
  /** Error budget left, 1 = untouched. */
  readonly budget: readonly ChartPoint[];
  readonly documentSha256: string;
  readonly bundleUrl: string;
}
