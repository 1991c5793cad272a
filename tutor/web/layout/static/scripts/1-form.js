const LOST = 'The server did not answer. What you entered is still here. Send it again.';
const LOST_ACT =
  'The server did not answer, so it may or may not have received this. Reload the page to see, or send it again. What you entered is still here.';
const root = () => element.querySelector('.eq');
const draftKey = () => `equipoise:${root()?.dataset.attempt}:${root()?.dataset.stage}`;
let busy = null;

function values(form) {
  const data = {};
  for (const [name, value] of new FormData(form)) {
    // A field may stand outside its form, as the stars on the chart do.
    if ([...form.elements].some((field) => field.name === name && field.closest('[data-many], [data-most]')))
      (data[name] ||= []).push(value);
    else data[name] = value;
  }
  return data;
}

// The form can be sent again; with a message, because what was sent has found no answer.
function release(message) {
  if (!busy) return;
  const { form, button, text } = busy;
  busy = null;
  button.removeAttribute('aria-disabled');
  // The page that has come since may have put the same button to another use.
  if (message) {
    button.textContent = 'Send again';
    button.dataset.again = '';
  } else if ('again' in button.dataset) {
    button.textContent = text;
    delete button.dataset.again;
  }
  if (!message) return;
  let note = form.querySelector('.late');
  if (!note) {
    note = document.createElement('p');
    note.className = 'error late';
    note.setAttribute('role', 'alert');
    button.before(note);
  }
  note.textContent = message;
}

// The button that was pressed is held; a form that Enter sent is sent by its first one.
function hold(form, pressed) {
  const button = pressed ?? form.querySelector('button[type=submit]');
  form.querySelector('.late')?.remove();
  busy = { form, button, text: (button.dataset.text ??= button.textContent) };
  button.setAttribute('aria-disabled', 'true');
}
