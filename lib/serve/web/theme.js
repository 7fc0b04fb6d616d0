// Loaded before the page is painted, so that a remembered theme doesn't flash in the other one.
(() => {
  const kThemes = ['auto', 'light', 'dark'];
  const root = document.documentElement;

  // Storage can be forbidden; the page then just forgets the choice.
  function remembered() {
    try {
      return localStorage.getItem('pulse.theme');
    } catch {
      return null;
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem('pulse.theme', theme);
    } catch { /* nothing to do */ }
  }

  let theme = kThemes.includes(remembered()) ? remembered() : 'auto';
  root.dataset.theme = theme;

  document.addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('theme');
    const show = () => { button.textContent = `Theme: ${theme}`; };
    show();
    button.addEventListener('click', () => {
      theme = kThemes[(kThemes.indexOf(theme) + 1) % kThemes.length];
      root.dataset.theme = theme;
      remember(theme);
      show();
    });
  });
})();
