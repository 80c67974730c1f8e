/** Remembers the colour scheme under the key that `index.html` reads before the first paint. */
export function rememberMode(mode: 'light' | 'dark' | 'system'): void {
  localStorage.setItem('autoops-mode', mode);
}
