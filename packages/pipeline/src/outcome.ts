import type { Reason } from '@autoops/contracts';

/** How a stage ends, on every path. The reason is timeline entry, metric label and UI text key at once. */
export type StageOutcome<T> =
  | { readonly kind: 'advance'; readonly reason: Reason; readonly value: T }
  | { readonly kind: 'wait'; readonly reason: Reason; readonly detail: string; readonly value?: T }
  | { readonly kind: 'stop'; readonly reason: Reason; readonly detail: string; readonly value?: T };
