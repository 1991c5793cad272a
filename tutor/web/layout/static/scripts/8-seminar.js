// A projected patient: the arrow keys lead to the next one and back.
document.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 'next', PageDown: 'next', ArrowLeft: 'previous', PageUp: 'previous' }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!element.querySelector('.projected') || typing(event.target)) return;
  element.querySelector(`[data-step=${step}]`)?.click();
});
