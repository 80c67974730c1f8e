import type { Refusal } from '@autoops/pipeline/ports';

/** Ends a transition without effect: thrown inside its transaction, answered as a value outside. */
export class Refused extends Error {
  readonly refusal: Refusal;
  readonly detail: string;

  constructor(refusal: Refusal, detail: string) {
    super(`${refusal}: ${detail}`);
    this.name = 'Refused';
    this.refusal = refusal;
    this.detail = detail;
  }
}
