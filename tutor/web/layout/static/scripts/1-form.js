// Runs once when a page's panel is loaded. Events for the server: 'commit', 'decide', 'next', 'open';
// in a room 'act', with the act's name, the address and what was typed.
const root = () => element.querySelector('.eq');
const draftKey = () => `equipoise:${root()?.dataset.attempt}:${root()?.dataset.stage}`;
let busy = null;

function values(form) {
  const data = {};
  for (const [name, value] of new FormData(form)) {
    // A field may stand outside its form, as the stars on the chart do.
    if ([...form.elements].some((field) => field.name === name && field.closest('[data-many], [data-most]'))) (data[name] ||= []).push(value);
    else data[name] = value;
  }
  return data;
}

function release(message) {
  if (!busy) return;
  clearTimeout(busy.timer);
  busy.button.removeAttribute('aria-disabled');
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
  busy = { form, button };
  button.setAttribute('aria-disabled', 'true');
  busy.timer = setTimeout(() => release('The server has not answered. Nothing is lost: what you entered is still here. Try again.'), 15000);
}
