import { keepText, onKept } from '../shell/kept.ts';
import { useSyncExternalStore } from 'react';

/** How close rows stand: 40 px for hands and tired eyes, 32 px for many rows on one screen. */
export type Density = 'comfortable' | 'compact';

/** Where this browser keeps its copy; `index.html` reads it before the first paint. */
export const DENSITY_KEY = 'autoops-density';

/** The density in force. */
export function density(): Density {
  return document.documentElement.dataset['density'] === 'compact' ? 'compact' : 'comfortable';
}

/** The density in force, also after the server changed it. */
export function useDensity(): Density {
  return useSyncExternalStore(onKept, density, () => 'comfortable');
}

/** Applies a density at once and keeps it. */
export function setDensity(next: Density): void {
  document.documentElement.dataset['density'] = next;
  keepText(DENSITY_KEY, next);
}

/** Back to what it is where nobody chose. */
export function clearDensity(): void {
  localStorage.removeItem(DENSITY_KEY);
  document.documentElement.dataset['density'] = 'comfortable';
}
