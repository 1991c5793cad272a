// In a preview alone: open pages follow what is saved. The panel is drawn anew in place; a learner's
// page is loaded again, with its attempt, at the place it was read.
const PANEL = location.pathname.startsWith('/author/');
const PLACE = `equipoise:preview:${location.pathname}`;
let known = null;
let strip = null;

function tell(said, mood) {
  if (PANEL) return;
  if (!strip) {
    strip = document.createElement('aside');
    strip.setAttribute('aria-label', 'Preview');
    strip.innerHTML = '<p role="status"></p><a href="/author/">Author’s panel</a>';
    document.body.append(strip);
  }
  strip.className = `preview-strip is-${mood}`;
  const line = strip.querySelector('p');
  if (line.dataset.said !== said) line.textContent = line.dataset.said = said;
}

function reload() {
  try {
    sessionStorage.setItem(PLACE, String(scrollY));
  } catch {
    /* private mode: from the top */
  }
  const attempt = new URLSearchParams(location.search).get('attempt');
  if (attempt && location.pathname.startsWith('/encounter'))
    location.replace(`/author/again?attempt=${encodeURIComponent(attempt)}`);
  else location.reload();
}

async function redraw() {
  const fresh = new DOMParser().parseFromString(
    await (await fetch('/author/', { cache: 'no-store' })).text(),
    'text/html',
  );
  const parts = (page) => [...page.querySelectorAll('[data-live]')];
  // What appears or goes as a whole (the first version that can be shown) needs a page of its own.
  if (
    parts(fresh)
      .map((part) => part.id)
      .join() !==
    parts(document)
      .map((part) => part.id)
      .join()
  ) {
    location.reload();
    return;
  }
  for (const part of parts(fresh)) {
    const old = document.getElementById(part.id);
    if (old.outerHTML !== part.outerHTML) old.replaceWith(document.adoptNode(part));
  }
  const heading = document.querySelector('h1');
  const title = fresh.querySelector('h1').textContent;
  if (heading.dataset.said !== title) heading.textContent = heading.dataset.said = title;
}

async function look() {
  let now = null;
  try {
    now = await (await fetch('/author/version', { cache: 'no-store' })).json();
  } catch {
    /* said below */
  }
  if (!now) tell('The preview has stopped. Start it again in the terminal; this page follows.', 'bad');
  else {
    tell(now.said, now.mood);
    if (known && known.run !== now.run) {
      location.assign(PANEL ? location.href : '/');
      return;
    }
    const before = known;
    known = now;
    if (before && PANEL && before.told !== now.told) await redraw();
    // At the first look: what was saved after this page was asked for is not on it.
    const asked = performance.getEntriesByType('navigation')[0].requestStart;
    const missed = !before && 1000 * now.age < performance.now() - asked;
    if (!PANEL && (missed || (before && before.shown !== now.shown))) {
      reload();
      return;
    }
  }
  setTimeout(look, 400);
}

// Back to the place where the page was read, once there is enough of it again.
function settle() {
  let place = null;
  try {
    place = Number(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
  } catch {
    return;
  }
  if (!place) return;
  const until = Date.now() + 5000;
  const timer = setInterval(() => {
    const ready = document.scrollingElement.scrollHeight >= place + innerHeight;
    if (ready) scrollTo(0, place);
    if (ready || Date.now() > until) clearInterval(timer);
  }, 50);
}

settle();
look();
