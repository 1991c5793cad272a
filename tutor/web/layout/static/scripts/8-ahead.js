// Once a patient is closed, the next one is fetched ahead: what will be shown, and nothing of the
// algorithm. "Next patient" shows them at once; they begin when the server says so, with an id.
let ahead = null;
let unconfirmed = null;
const draftOf = (attempt) => `equipoise:${attempt}:shown`;

async function fetchAhead() {
  const from = root()?.dataset.attempt;
  if (!from || ahead?.from === from || !element.querySelector('form[data-event=next]')) return;
  const fetched = { from, html: '', seen: '' };
  ahead = fetched;
  try {
    const answer = await sendRequest(`following?attempt=${encodeURIComponent(from)}`, { cache: 'no-store' });
    fetched.seen = answer.headers.get('x-seen') ?? '';
    const html = answer.status === 200 ? await answer.text() : '';
    if (html.includes('data-stage="shown"')) fetched.html = html;
  } catch {
    /* then they come with the event */
  }
}

// Whether the next patient is on the page already; the server is told in any case.
function showAhead(from) {
  if (ahead?.from !== from || !ahead.html) return false;
  try {
    localStorage.removeItem(draftOf(''));
  } catch {
    /* private mode: no draft */
  }
  unconfirmed = { from, seen: ahead.seen, judgment: null, asked: false };
  show(ahead.html);
  confirmAhead();
  return true;
}

function confirmAhead() {
  if (unconfirmed.asked) return;
  unconfirmed.asked = true;
  trigger('next', { attempt: unconfirmed.from, seen: unconfirmed.seen });
}

// A judgment on a patient who has not begun yet waits until they have.
function waitsForStart(form) {
  if (!unconfirmed) return false;
  unconfirmed.judgment = values(form);
  confirmAhead();
  return true;
}

// The server says that the patient on the page has begun, and under which id. True where nothing is
// left to show; else its own page follows, and what was typed goes with it.
function begun(html) {
  if (!unconfirmed) return false;
  const { judgment } = unconfirmed;
  unconfirmed = null;
  const attempt = html.match(/data-(?:begun|attempt)="([^"]*)"/)?.[1];
  const form = element.querySelector('form[data-event=commit]');
  if (!attempt || !form) return false;
  try {
    localStorage.setItem(draftOf(attempt), JSON.stringify(values(form)));
  } catch {
    /* private mode: no draft */
  }
  if (!html.includes('data-begun=')) return false;
  root().dataset.attempt = attempt;
  for (const kept of element.querySelectorAll('[data-keep=""]')) kept.dataset.keep = attempt;
  address();
  if (judgment) trigger('commit', { attempt, form: judgment });
  return true;
}

// No answer came: the patient stays on the page, and begins with the judgment at the latest.
function lostStart() {
  if (unconfirmed) {
    unconfirmed.asked = false;
    unconfirmed.judgment = null;
  }
}
