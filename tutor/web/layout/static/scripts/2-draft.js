function saveDraft() {
  const form = element.querySelector('form[data-event=commit], form[data-event=decide]');
  if (form)
    try {
      localStorage.setItem(draftKey(), JSON.stringify(values(form)));
    } catch {
      /* private mode: no draft */
    }
}

function restoreDraft() {
  const form = element.querySelector('form[data-event=commit], form[data-event=decide]');
  if (!form || element.querySelector('.error')) return;
  let draft = null;
  try {
    draft = JSON.parse(localStorage.getItem(draftKey()));
  } catch {
    return;
  }
  if (!draft) return;
  for (const field of form.elements) {
    if (!field.name || !(field.name in draft)) continue;
    if (field.type === 'radio' || field.type === 'checkbox')
      field.checked = [].concat(draft[field.name]).includes(field.value);
    else field.value = draft[field.name];
  }
}
