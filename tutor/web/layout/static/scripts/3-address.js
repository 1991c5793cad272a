function address() {
  const page = root();
  if (page?.dataset.attempt && location.pathname.endsWith('/encounter/')) {
    const wanted = `${location.pathname}?attempt=${page.dataset.attempt}`;
    const now = new URLSearchParams(location.search).get('attempt');
    if (now === null) history.replaceState(null, '', wanted);
    else if (now !== page.dataset.attempt) history.pushState(null, '', wanted);
  }
  // A link to be sent is whole: the browser knows under which name the server is reached.
  for (const link of element.querySelectorAll('[data-address]'))
    link.textContent = new URL(link.dataset.address, location.origin).href;
  if (page?.dataset.title) document.title = `${page.dataset.title} · Equipoise`;
}
