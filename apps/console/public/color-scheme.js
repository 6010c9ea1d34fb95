// Runs before anything is painted, so that a dark page does not flash white. A file of its own, because inline scripts are forbidden.
(() => {
  const chosen = localStorage.getItem('muster-color-scheme') ?? 'auto';
  const dark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
