// Runs once when a page's panel is loaded. Events for the server: 'commit', 'decide', 'next', 'open';
// in a room 'act', with the act's name, the address and what was typed.
const root = () => element.querySelector('.eq');
const draftKey = () => `equipoise:${root()?.dataset.attempt}:${root()?.dataset.stage}`;
let busy = null;

function values(form) {
  const data = {};
  for (const [name, value] of new FormData(form)) {
    if (form.querySelector(`[name="${CSS.escape(name)}"][data-many], [data-most] [name="${CSS.escape(name)}"]`)) (data[name] ||= []).push(value);
    else data[name] = value;
  }
  return data;
}

function release(message) {
  if (!busy) return;
  clearTimeout(busy.timer);
  busy.button.removeAttribute('aria-disabled');
  busy.button.textContent = busy.text;
  if (message) {
    let note = busy.form.querySelector('.late');
    if (!note) {
      note = document.createElement('p');
      note.className = 'error late';
      note.setAttribute('role', 'alert');
      busy.form.append(note);
    }
    note.textContent = message;
  }
  busy = null;
}

function hold(form) {
  const button = form.querySelector('button[type=submit]');
  busy = { form, button, text: button.textContent };
  button.setAttribute('aria-disabled', 'true');
  busy.timer = setTimeout(() => release('The server has not answered. Nothing is lost: what you entered is still here. Try again.'), 15000);
}

function saveDraft() {
  const form = element.querySelector('form[data-event=commit], form[data-event=decide]');
  if (form) try { localStorage.setItem(draftKey(), JSON.stringify(values(form))); } catch { /* private mode: no draft */ }
}

function restoreDraft() {
  const form = element.querySelector('form[data-event=commit], form[data-event=decide]');
  if (!form || element.querySelector('.error')) return;
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(draftKey())); } catch { return; }
  if (!draft) return;
  for (const field of form.elements) {
    if (!field.name || !(field.name in draft)) continue;
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = [].concat(draft[field.name]).includes(field.value);
    else field.value = draft[field.name];
  }
  limit(form);
}

function limit(form) {
  for (const group of form.querySelectorAll('[data-most]')) {
    const boxes = [...group.querySelectorAll('input')];
    const full = boxes.filter((box) => box.checked).length >= Number(group.dataset.most);
    for (const box of boxes) box.disabled = full && !box.checked;
  }
}

function address() {
  const page = root();
  if (page?.dataset.attempt && location.pathname.startsWith('/encounter')) {
    const wanted = `${location.pathname}?attempt=${page.dataset.attempt}`;
    const now = new URLSearchParams(location.search).get('attempt');
    if (now === null) history.replaceState(null, '', wanted);
    else if (now !== page.dataset.attempt) history.pushState(null, '', wanted);
  }
  // A link to be sent is whole: the browser knows under which name the server is reached.
  for (const link of element.querySelectorAll('[data-address]')) link.textContent = new URL(link.dataset.address, location.origin).href;
  if (page?.dataset.title) document.title = `${page.dataset.title} · Equipoise`;
}

// Findings are written in both units; the page's root says which is read, the browser remembers it.
let units = 'si';
try { units = localStorage.getItem('equipoise:units') === 'us' ? 'us' : 'si'; } catch { /* private mode: SI */ }

function showUnits() {
  document.documentElement.dataset.units = units;
  for (const button of element.querySelectorAll('.units')) button.setAttribute('aria-pressed', String(units === 'us'));
  for (const chart of element.querySelectorAll('[data-us]')) {
    chart.dataset.si ??= chart.getAttribute('aria-label');
    chart.setAttribute('aria-label', chart.dataset[units]);
  }
}

// The field that an error stands before; its text is read with the field.
function faulty(error) {
  const next = error.nextElementSibling;
  return (next?.matches('textarea') ? next : next?.querySelector('input')) ?? Object.assign(error, { tabIndex: -1 });
}

function settle(first) {
  release();
  const leave = element.querySelector('[data-goto]');
  if (leave) { location.assign(leave.dataset.goto); return; }
  address();
  showUnits();
  if (innerWidth < 860) for (const part of element.querySelectorAll('[data-wide]')) part.open = false;
  const error = element.querySelector('.error');
  if (error) { faulty(error).focus({ preventScroll: true }); error.scrollIntoView({ block: 'center' }); saveDraft(); return; }
  restoreDraft();
  const here = element.querySelector('[data-focus]');
  if (here && !first) { here.focus({ preventScroll: true }); here.closest('.two, .eq')?.scrollIntoView({ block: 'start' }); if (here.matches('h1')) scrollTo(0, 0); }
}

element.addEventListener('submit', (event) => {
  event.preventDefault();
  if (busy) return;
  const form = event.target;
  saveDraft();
  hold(form);
  if (form.dataset.act) {
    trigger('act', { act: form.dataset.act, here: Object.fromEntries(new URLSearchParams(location.search)), form: values(form) });
    return;
  }
  const data = { attempt: root().dataset.attempt, form: values(form) };
  if (form.dataset.event === 'commit') trigger('commit', data);
  else if (form.dataset.event === 'decide') trigger('decide', data);
  else trigger('next', data);
});
element.addEventListener('input', (event) => { if (event.target.form) { limit(event.target.form); saveDraft(); } });
// A chosen file is read here and put where it can be looked at; nothing is sent until the form is.
element.addEventListener('change', async (event) => {
  const into = event.target.dataset?.into;
  if (into && event.target.files?.[0]) document.getElementById(into).value = await event.target.files[0].text();
});
element.addEventListener('focusin', (event) => {
  if (!event.target.closest('form[data-event=decide]')) return;
  const steps = element.querySelectorAll('.steps li');
  if (steps[2]?.hasAttribute('aria-current')) {
    steps[2].removeAttribute('aria-current'); steps[2].className = 'done';
    steps[3].setAttribute('aria-current', 'step');
  }
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.filter');
  if (button) {
    const pressed = button.getAttribute('aria-pressed') === 'true';
    for (const other of element.querySelectorAll('button.filter')) {
      if (button.hasAttribute('data-reset') || other.dataset.about === button.dataset.about) other.setAttribute('aria-pressed', 'false');
    }
    if (button.hasAttribute('data-reset')) element.querySelector('select.filter').value = '';
    else button.setAttribute('aria-pressed', String(!pressed));
    narrow();
  }
  const put = event.target.closest('[data-put]');
  if (put) { const field = document.getElementById(put.dataset.at); field.value = [field.value.trim(), put.dataset.put].filter(Boolean).join('\n\n'); field.focus(); }
  if (event.target.closest('.units')) {
    units = units === 'us' ? 'si' : 'us';
    try { localStorage.setItem('equipoise:units', units); } catch { /* private mode: for this page */ }
    showUnits();
  }
  const skip = event.target.closest('.skip');
  if (skip) { event.preventDefault(); const target = element.querySelector('#content'); target.tabIndex = -1; target.focus(); }
});
element.addEventListener('change', (event) => { if (event.target.matches('select.filter')) narrow(); });

// Show the stops that every filter lets through; the way between them stays.
function narrow() {
  const wanted = [...element.querySelectorAll('button.filter[data-about][aria-pressed=true]')].map((b) => [b.dataset.about, b.dataset.is]);
  const discipline = element.querySelector('select.filter').value;
  if (discipline) wanted.push(['discipline', discipline]);
  const stops = [...element.querySelectorAll('.route .stop')];
  for (const stop of stops) {
    const away = !wanted.every(([about, is]) => stop.dataset[about] === is);
    stop.classList.toggle('away', away);
    if (away) stop.setAttribute('aria-hidden', 'true'); else stop.removeAttribute('aria-hidden');
  }
  element.querySelector('[data-reset]').setAttribute('aria-pressed', String(!wanted.length));
  const shown = stops.filter((stop) => !stop.classList.contains('away')).length;
  element.querySelector('.count').textContent = shown ? `${shown} of ${stops.length} shown` : 'None of them; choose “All” to see every exercise.';
}

// A chart leaves as a file of its own: what the style sheet gave it is written into it.
const DRAWN = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'text-anchor'];
function alone(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((one) => [...one.querySelectorAll('*')]);
  from.forEach((one, at) => { const style = getComputedStyle(one); for (const name of DRAWN) to[at].style.setProperty(name, style.getPropertyValue(name)); });
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', width); copy.setAttribute('height', height);
  copy.style.background = getComputedStyle(svg.closest('.card') ?? svg).backgroundColor;
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}
function keep(address, name) { const link = document.createElement('a'); link.href = address; link.download = name; link.click(); }
function save(button) {
  const { text, width, height } = alone(document.getElementById(button.dataset.of));
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  if (button.dataset.save === 'svg') { keep(address, `${button.dataset.name}.svg`); return; }
  const picture = new Image();
  picture.onload = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 3 * width, height: 3 * height });
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    keep(canvas.toDataURL('image/png'), `${button.dataset.name}.png`);
  };
  picture.src = address;
}
element.addEventListener('click', (event) => { const button = event.target.closest('[data-save]'); if (button) save(button); });
addEventListener('popstate', () => {
  const attempt = new URLSearchParams(location.search).get('attempt');
  if (attempt && attempt !== root()?.dataset.attempt) trigger('open', { attempt });
});
// A page that watches others work is drawn anew, unless its reader is in the middle of something.
setInterval(() => {
  const act = root()?.dataset.refresh;
  if (act && document.visibilityState === 'visible' && !busy && !element.querySelector('form :focus')) {
    trigger('act', { act, here: Object.fromEntries(new URLSearchParams(location.search)), form: {} });
  }
}, 20000);
let first = true;
watch('value', () => { settle(first); first = false; });
