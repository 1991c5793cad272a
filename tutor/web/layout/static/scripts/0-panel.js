// The page's content was drawn on the server. It is readable before any script runs; this file hands
// it over to Gradio, whose events bring what follows. GRADIO is told by the server: see assets.py.
const element = document.getElementById('page');
const waiting = [];
let send = null;
let value = '';

// An event for the server, once Gradio is there: 'commit', 'decide', 'next', 'open'; in a room 'act',
// with the act's name, the address and what was typed.
function trigger(name, data) {
  const held = [...element.querySelectorAll('[data-keep]')].map((kept) => kept.dataset.keep);
  const whole = { ...data, page: element.dataset.page, held };
  if (send) send(name, whole);
  else waiting.push([name, whole]);
}

// Put a node where it belongs without losing what is typed, focused or scrolled in it.
function move(node, into, before) {
  if (into.moveBefore) {
    into.moveBefore(node, before);
    return;
  }
  const focused = document.activeElement;
  into.insertBefore(node, before);
  if (focused !== document.activeElement && node.contains(focused)) focused.focus({ preventScroll: true });
}

// What an event was answered with.
function answered(html) {
  value = html;
  // Whoever has begun to judge a patient fetched ahead stays in their field, also where the server's
  // own page takes that patient's place.
  const field = unconfirmed && document.activeElement?.form ? document.activeElement : null;
  if (begun(html)) return;
  show(html);
  if (!field) return;
  const choice = field.matches('[type=radio], [type=checkbox]') ? `[value="${CSS.escape(field.value)}"]` : '';
  element.querySelector(`[name="${CSS.escape(field.name)}"]${choice}`)?.focus({ preventScroll: true });
}

// New content; what the page holds already stands in it as an empty place, and is put there.
function show(html) {
  const fresh = document.createElement('div');
  fresh.hidden = true;
  fresh.innerHTML = html;
  const old = [...element.childNodes];
  element.append(fresh);
  for (const place of fresh.querySelectorAll('div[data-kept]')) {
    const kept = old
      .map((node) => node.querySelector?.(`[data-keep="${CSS.escape(place.dataset.kept)}"]`))
      .find(Boolean);
    if (kept) {
      move(kept, place.parentNode, place);
      place.remove();
    }
  }
  for (const node of old) node.remove();
  fresh.replaceWith(...fresh.childNodes);
  settle(false);
}

// Every event passes here: it is sent by its name, and if no answer comes, Gradio never hears of it.
const sendRequest = window.fetch;
window.fetch = async (address, options) => {
  const whole = String(address.url ?? address);
  if (!whole.includes('/gradio_api/run/predict')) return sendRequest(address, options);
  const { fn_index: number } = JSON.parse(options.body);
  const name = GRADIO.config.dependencies.find((event) => event.id === number).api_name;
  const limit = AbortSignal.timeout(name === 'act' ? 120000 : 15000);
  let refusal = '';
  try {
    const answer = await sendRequest(whole.replace('/run/predict', `/run/${name}`), {
      ...options,
      signal: limit,
    });
    if (answer.ok) {
      const copy = await answer.clone().json();
      // Gradio says nothing of an answer that is the same as the last.
      if (copy.data[0] === value) setTimeout(() => answered(value));
      return answer;
    }
    // What the server refuses in a sentence of its own.
    if (answer.headers.get('content-type')?.startsWith('text/plain'))
      refusal = (await answer.text()).slice(0, 300);
  } catch {
    /* no server, or none that answers in time */
  }
  lostStart();
  release(refusal || (name === 'act' ? LOST_ACT : LOST));
  return Response.json({ data: [value], is_generating: false, duration: 0, average_duration: 0 });
};

// Called by Gradio when its panel is there.
window.equipoise = (panel, toServer, props, watch) => {
  document.querySelector('gradio-app').hidden = false;
  move(element, panel, null);
  send = toServer;
  watch('value', () => answered(props.value));
  for (const [name, data] of waiting.splice(0)) send(name, data);
};

// Gradio makes the functions of its panel out of text, which the policy of our pages forbids ('unsafe-eval').
// They are always the same few, so they stand here. Any other text is still refused by the browser.
function knownFunctions() {
  const empty = () => '';
  const place = () => '<div></div>';
  const known = new Map([
    ['return "";', empty],
    ['return ``;', empty],
    ['return "<div></div>";', place],
    ['return `<div></div>`;', place],
    [
      GRADIO.config.components[0].props.js_on_load,
      (panel, toServer, props, server, upload, watch) => window.equipoise(panel, toServer, props, watch),
    ],
  ]);
  const find = (parts) => known.get(String(parts.at(-1)).trim());
  return new Proxy(Function, {
    apply: (made, self, parts) => find(parts) ?? Reflect.apply(made, self, parts),
    construct: (made, parts) => find(parts) ?? Reflect.construct(made, parts),
  });
}

// Gradio's script with its parts at once. Its style sheets are named as known, and left out: it asks
// for none, and what our own draws stays as it is.
function startGradio() {
  const root = GRADIO.config.root;
  window.Function = knownFunctions();
  window.gradio_config = GRADIO.config;
  window.gradio_api_info = { named_endpoints: {}, unnamed_endpoints: {} };
  window.__gradio_mode__ = 'app';
  const link = (href, rel) => {
    const made = document.createElement('link');
    made.rel = rel;
    if (rel === 'stylesheet') made.disabled = true;
    else made.crossOrigin = '';
    made.setAttribute('href', href);
    document.head.append(made);
  };
  for (const name of GRADIO.styles) {
    link(`${root}/assets/${name}`, 'stylesheet');
    link(`./assets/${name}`, 'stylesheet');
  }
  link(`${location.origin}${root}/theme.css?v=${GRADIO.config.theme_hash}`, 'stylesheet');
  for (const name of GRADIO.scripts) link(`${root}/assets/${name}`, 'modulepreload');
  import(new URL(`${root}/assets/${GRADIO.scripts[0]}`, location.href).href);
}
