import { LOAD } from './constants.ts';
import { varied, type Random } from './random.ts';

export type Flow = { readonly perSecond: number; readonly amplitude: number };

/**
 * Returns the arrivals per second of a flow at `sinceCycleMs` after the start of its rising half: a sine of 10 minutes
 * around the mean, whose rising half is taken to begin where it crosses its mean upwards, so that the 95 s of a walk
 * lie above the mean and a storm cannot drain by itself in the trough.
 */
export function arrivalRate(flow: Flow, sinceCycleMs: number, factor = 1): number {
  return flow.perSecond * factor * (1 + flow.amplitude * Math.sin((2 * Math.PI * sinceCycleMs) / LOAD.periodMs));
}

/** Returns the ms until the next arrival: one over the rate, varied so that arrivals do not march in step. */
export function spacingMs(rate: number, random: Random): number {
  return varied(random, 1000 / rate, LOAD.spacingSpread);
}
