// Copies what a field or an element holds. Without HTTPS the browser offers the older way alone.
function copyField(button) {
  const field = document.getElementById(button.dataset.copy);
  if (field.select) field.select();
  else getSelection().selectAllChildren(field);
  const copied = () => {
    button.textContent = 'Copied';
  };
  const text = field.value ?? field.textContent.trim();
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(copied, () => {});
  else if (document.execCommand('copy')) copied();
}
