element.addEventListener('submit', (event) => {
  // What comes back is a file: the browser keeps it, and the page stays.
  if (event.target.dataset.download !== undefined || event.submitter?.dataset.download !== undefined) return;
  event.preventDefault();
  if (busy) return;
  const form = event.target;
  if (form.dataset.guard === undefined && isUnsaved() && !confirm(UNSAVED)) return;
  if (form.dataset.event === 'next' && showAhead(root().dataset.attempt)) return;
  saveDraft();
  hold(form, event.submitter);
  if (waitsForStart(form)) return;
  const act = event.submitter?.dataset.act ?? form.dataset.act;
  if (act) {
    trigger('act', {
      act,
      here: Object.fromEntries(new URLSearchParams(location.search)),
      form: values(form),
    });
    return;
  }
  const data = { attempt: root().dataset.attempt, form: values(form) };
  if (form.dataset.event === 'commit') trigger('commit', data);
  else if (form.dataset.event === 'decide') trigger('decide', data);
  else if (form.dataset.event === 'keep') {
    keeping = true;
    trigger('keep', data);
  } else trigger('next', data);
});
element.addEventListener('input', (event) => {
  if (event.target.form) {
    saveDraft();
    noteEdit(event.target.form);
  }
});
// A chosen file is read here as bytes; nothing is sent until the form is. Text that is pasted stands for it.
element.addEventListener('change', (event) => {
  const field = event.target;
  if (field.dataset?.file) keepFile(field);
  else if (field.dataset?.instead && field.value) forgetFile(field.form, field.dataset.instead);
});
element.addEventListener('click', (event) => {
  press(event);
  if (event.target.closest('[data-pause]')) {
    paused = !paused;
    rememberPause();
    showPause();
  }
  const copy = event.target.closest('[data-copy]');
  if (copy) copyField(copy);
  const put = event.target.closest('[data-put]');
  if (put) {
    const field = document.getElementById(put.dataset.at);
    field.value = [field.value.trim(), put.dataset.put].filter(Boolean).join('\n\n');
    field.focus();
  }
  if (event.target.closest('.units')) {
    units = units === 'us' ? 'si' : 'us';
    try {
      localStorage.setItem('equipoise:units', units);
    } catch {
      /* private mode: for this page */
    }
    showUnits();
  }
  const skip = event.target.closest('.skip');
  if (skip) {
    event.preventDefault();
    const target = element.querySelector('#content');
    target.tabIndex = -1;
    target.focus();
  }
});
addEventListener('popstate', () => {
  const attempt = new URLSearchParams(location.search).get('attempt');
  if (attempt && attempt !== root()?.dataset.attempt) trigger('open', { attempt });
});
// A page that watches others work is drawn anew, unless its reader is in the middle of something.
// Its reader can pause that.
let drawn = 0;
setInterval(() => {
  const { refresh: act, every = 20 } = root()?.dataset ?? {};
  drawn += 4;
  if (
    act &&
    drawn >= every &&
    !paused &&
    document.visibilityState === 'visible' &&
    !busy &&
    getSelection().isCollapsed &&
    !element.querySelector(':focus:not([data-pause])')
  ) {
    drawn = 0;
    trigger('act', { act, here: Object.fromEntries(new URLSearchParams(location.search)), form: {} });
  }
}, 4000);
settle(true);
window.sentEarly?.target.requestSubmit(window.sentEarly.submitter);
// A newcomer's style sheet came within the page; the next page finds it as a file.
const { file: styles } = document.querySelector('style[data-file]')?.dataset ?? {};
if (styles) sendRequest(styles).catch(() => {});
startGradio();
