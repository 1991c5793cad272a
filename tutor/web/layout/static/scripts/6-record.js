// The record, narrowed to the patients whose words hold what is looked for.
function findPatients() {
  const wanted = element.querySelector('[data-find]').value.trim().toLocaleLowerCase();
  const kept = element.querySelector('[data-kept]').checked;
  let found = 0;
  for (const shelf of element.querySelectorAll('.shelf')) {
    const title = shelf.querySelector('h2').textContent.toLocaleLowerCase();
    let some = false;
    for (const row of shelf.querySelectorAll('.archive li')) {
      const text =
        `${title} ${row.querySelector('.which').textContent} ${row.querySelector('.verdictsays').textContent}`.toLocaleLowerCase();
      const shown = text.includes(wanted) && (!kept || row.hasAttribute('data-is-kept'));
      row.hidden = !shown;
      some ||= shown;
      found += shown;
    }
    shelf.hidden = !some;
  }
  element.querySelector('#found').textContent =
    !wanted && !kept ? '' : found === 1 ? 'One patient found.' : `${found || 'No'} patients found.`;
}
element.addEventListener('input', (event) => {
  if (event.target.matches('[data-find], [data-kept]')) findPatients();
});
