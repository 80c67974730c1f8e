// Runs before the first paint, from its own file so that a strict Content-Security-Policy allows it: without it a dark page flashes white.
(() => {
  let mode = 'system';
  try {
    mode = localStorage.getItem('autoops-mode') || 'system';
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark = mode === 'dark' || (mode === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-scheme', dark ? 'dark' : 'light');
})();
