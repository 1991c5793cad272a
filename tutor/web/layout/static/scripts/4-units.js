// Findings are written in both units; the page's root says which is read, the browser remembers it.
let units = 'si';
try {
  units = localStorage.getItem('equipoise:units') === 'us' ? 'us' : 'si';
} catch {
  /* private mode: SI */
}

function showUnits() {
  document.documentElement.dataset.units = units;
  for (const button of element.querySelectorAll('.units'))
    button.setAttribute('aria-pressed', String(units === 'us'));
  for (const chart of element.querySelectorAll('[data-us]')) {
    chart.dataset.si ??= chart.getAttribute('aria-label');
    chart.setAttribute('aria-label', chart.dataset[units]);
  }
}
