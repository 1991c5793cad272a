const LARGEST_FILE = 6_000_000;
const TOO_LARGE = 'This file is larger than 6 MB, so it was not read. Choose another, or split it.';

function setFile(form, name, data, title) {
  form.elements[`${name}_file`].value = data;
  form.elements[`${name}_name`].value = title;
  const note = form.querySelector('[data-chosen]');
  note.hidden = !data;
  note.querySelector('span').textContent = title;
}

function forgetFile(form, name) {
  setFile(form, name, '', '');
  form.querySelector(`[data-file="${name}"]`).value = '';
}

// The file's bytes in base 64, in a hidden field of its form.
async function keepFile(field) {
  const name = field.dataset.file;
  const file = field.files[0];
  field.setCustomValidity('');
  if (!file) return;
  if (file.size > LARGEST_FILE) {
    forgetFile(field.form, name);
    field.setCustomValidity(TOO_LARGE);
    field.reportValidity();
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  setFile(field.form, name, btoa(text), file.name);
  field.form.querySelector(`[data-instead="${name}"]`).value = '';
}
