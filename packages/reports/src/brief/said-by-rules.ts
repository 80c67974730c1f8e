import type { VerdictEffect } from '@autoops/contracts';

/** What a rule said, in a column of results. */
export const SAID: Readonly<Record<VerdictEffect, string>> = {
  allow: 'allows it',
  'require-approval': 'asks for a person',
  deny: 'forbids it',
};
