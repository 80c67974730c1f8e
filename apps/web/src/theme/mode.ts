/** Remembers the colour scheme under the key that `color-scheme.js` reads before the first paint. */
export function rememberMode(mode: 'light' | 'dark' | 'system'): void {
  localStorage.setItem('autoops-mode', mode);
}
