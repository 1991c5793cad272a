// The field that an error stands before; its text is read with the field.
function faulty(error) {
  const next = error.nextElementSibling;
  return (
    (next?.matches('textarea') ? next : next?.querySelector('input:not([aria-hidden])')) ??
    Object.assign(error, { tabIndex: -1 })
  );
}

let keeping = false;
let paused = false;
try {
  paused = localStorage.getItem('equipoise:paused') === 'yes';
} catch {
  /* private mode: for this page */
}
function rememberPause() {
  try {
    localStorage.setItem('equipoise:paused', paused ? 'yes' : 'no');
  } catch {
    /* private mode: for this page */
  }
}
function showPause() {
  element.querySelector('[data-pause]')?.setAttribute('aria-pressed', String(paused));
}
function settle(first) {
  release();
  fetchAhead();
  const leave = element.querySelector('[data-goto]');
  if (leave) {
    if (leave.matches('form')) leave.submit();
    else location.assign(leave.dataset.goto);
    return;
  }
  address();
  showUnits();
  showLocalTimes();
  showPause();
  encounterSettles();
  const error = element.querySelector('.error');
  if (error) {
    faulty(error).focus({ preventScroll: true });
    error.scrollIntoView({ block: 'center' });
    saveDraft();
    return;
  }
  restoreDraft();
  encounterSettles();
  // After a patient is kept, the button is still where the reader is.
  const here = element.querySelector(keeping ? '.keep' : '[data-focus]');
  if (keeping) {
    keeping = false;
    here?.focus({ preventScroll: true });
    return;
  }
  if (here && !first) {
    here.focus({ preventScroll: true });
    here.closest('.two, .eq')?.scrollIntoView({ block: 'start' });
    if (here.matches('h1')) scrollTo(0, 0);
  }
}
