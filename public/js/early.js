/*
 * Before the first paint, so that the page does not flash in the other theme. The one classic script; theme.js says what is kept.
 */
try {
  const { theme, accent } = JSON.parse(localStorage.getItem('dcc-look') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  if (typeof accent === 'string') document.documentElement.dataset.accent = accent
} catch {
  // no storage, or something odd in it: the system's theme and the usual green
}
