// A long form is marked `data-guard`: whoever leaves it with edits that are not stored is asked first.
const UNSAVED = 'Your changes to the form are not saved yet. Continue without saving them?';
const isUnsaved = () => Boolean(element.querySelector('form[data-guard][data-unsaved]'));

function noteEdit(form) {
  if (form.dataset.guard === undefined) return;
  form.dataset.unsaved = '';
  form.querySelector('.unsaved').hidden = false;
}

addEventListener('beforeunload', (event) => {
  if (isUnsaved()) event.preventDefault();
});
