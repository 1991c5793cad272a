// The gradebook: arrow keys move between grades. A link with a key is followed by that key.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// The link in the cell that an arrow key leads to, if there is one.
function neighbour(link, key) {
  const cell = link.closest('td, th');
  const [down, right] = STEPS[key];
  const rows = link.closest('table').rows;
  const next = rows[cell.parentElement.rowIndex + down]?.cells[cell.cellIndex + right];
  return next?.querySelector('a');
}
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const link = event.target.closest?.('table[data-grid] a');
  if (link && event.key in STEPS) {
    event.preventDefault();
    neighbour(link, event.key)?.focus();
    return;
  }
  if (event.target.matches?.('input, textarea, select, [contenteditable], .scroll')) return;
  for (const one of element.querySelectorAll('a[data-key]'))
    if (one.dataset.key === event.key) {
      event.preventDefault();
      one.click();
      return;
    }
});
