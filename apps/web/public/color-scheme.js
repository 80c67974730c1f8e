// Runs before the first paint, from its own file so that a strict Content-Security-Policy allows it: without it a dark page flashes
// white, and compact rows jump.
(() => {
  let mode = 'system';
  let density = 'comfortable';
  try {
    mode = localStorage.getItem('autoops-mode') || 'system';
    density = localStorage.getItem('autoops-density') || 'comfortable';
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark = mode === 'dark' || (mode === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-scheme', dark ? 'dark' : 'light');
  document.documentElement.setAttribute('data-density', density);
})();
