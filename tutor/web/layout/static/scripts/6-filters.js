// The exercises, narrowed to some of them.
function press(event) {
  const button = event.target.closest('button.filter');
  if (button) {
    const pressed = button.getAttribute('aria-pressed') === 'true';
    for (const other of element.querySelectorAll('button.filter')) {
      if (button.hasAttribute('data-reset') || other.dataset.about === button.dataset.about)
        other.setAttribute('aria-pressed', 'false');
    }
    if (button.hasAttribute('data-reset')) element.querySelector('select.filter').value = '';
    else button.setAttribute('aria-pressed', String(!pressed));
    narrow();
  }
}
element.addEventListener('change', (event) => {
  if (event.target.matches('select.filter')) narrow();
});

// Show the stops that every filter lets through; the way between them stays.
function narrow() {
  const wanted = [...element.querySelectorAll('button.filter[data-about][aria-pressed=true]')].map((b) => [
    b.dataset.about,
    b.dataset.is,
  ]);
  const discipline = element.querySelector('select.filter').value;
  if (discipline) wanted.push(['discipline', discipline]);
  const stops = [...element.querySelectorAll('.route .stop')];
  for (const stop of stops) {
    const away = !wanted.every(([about, is]) => stop.dataset[about] === is);
    stop.classList.toggle('away', away);
    if (away) stop.setAttribute('aria-hidden', 'true');
    else stop.removeAttribute('aria-hidden');
  }
  element.querySelector('[data-reset]').setAttribute('aria-pressed', String(!wanted.length));
  const shown = stops.filter((stop) => !stop.classList.contains('away')).length;
  element.querySelector('.count').textContent = shown
    ? `${shown} of ${stops.length} shown`
    : 'None of them; choose “All” to see every exercise.';
}
