// Copies what a field holds. Without HTTPS the browser offers the older way alone.
function copyField(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  const copied = () => {
    button.textContent = 'Copied';
  };
  if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(copied, () => {});
  else if (document.execCommand('copy')) copied();
}
