/** How close rows stand: 40 px for hands and tired eyes, 32 px for many rows on one screen. */
export type Density = 'comfortable' | 'compact';

/** The key that `color-scheme.js` reads before the first paint. */
const STORAGE_KEY = 'autoops-density';

/** The density in force. */
export function density(): Density {
  return document.documentElement.dataset['density'] === 'compact' ? 'compact' : 'comfortable';
}

/** Applies a density at once and keeps it in this browser. */
export function setDensity(next: Density): void {
  localStorage.setItem(STORAGE_KEY, next);
  document.documentElement.dataset['density'] = next;
}
