// The encounter: stars, the line to touch, keep or change, the keyboard, the patient's strip.
const said = (text) => {
  const place = element.querySelector('[data-limit]');
  if (place) place.textContent = text;
};

function limit() {
  for (const group of element.querySelectorAll('[data-most]')) {
    const most = Number(group.dataset.most);
    const chosen = group.querySelectorAll('input:checked').length;
    group.classList.toggle('full-up', chosen >= most && Boolean(group.querySelector('input:enabled')));
  }
}
// One star too many is taken back and said; the others stay within reach of the Tab key.
element.addEventListener('change', (event) => {
  const group = event.target.closest?.('[data-most]');
  if (!group) return;
  const most = Number(group.dataset.most);
  if (group.querySelectorAll('input:checked').length > most) {
    event.target.checked = false;
    said(`You have starred ${most} already. Take one star away first.`);
  } else said('');
  limit();
});

const field = (range) => document.getElementById(range.dataset.sets);
function number(text) {
  const typed = text.trim().replace(/%$/, '').trim().replace(',', '.');
  return /^\d{1,3}(\.\d+)?$/.test(typed) && Number(typed) <= 100 ? Number(typed) : null;
}
function slides() {
  for (const range of element.querySelectorAll('[data-sets]')) {
    const value = number(field(range).value);
    range.parentElement.classList.toggle('empty', value === null);
    if (value !== null) range.value = value;
  }
}
function use() {
  const line = element.querySelector('.use');
  const final = element.querySelector('[name=final]');
  if (!line || !final) return;
  const value = number(final.value);
  const at = Number(line.dataset.line),
    algorithm = Number(line.dataset.algorithm);
  if (value === null) {
    line.textContent = line.dataset.said = '';
    return;
  }
  const same = value >= at === algorithm >= at;
  const text = !same
    ? line.dataset[value < at ? 'below' : 'above']
    : line.dataset[Math.abs(value - algorithm) <= Number(line.dataset.near) + 1e-6 ? 'rely' : 'adjust'];
  line.dataset.said ??= line.textContent;
  if (line.dataset.said === text) return;
  line.dataset.said = text;
  const [name, meaning] = text.split(':');
  line.innerHTML = '<b></b><span class="spare"></span>';
  line.firstChild.textContent = name;
  line.lastChild.textContent = `:${meaning}`;
}
function choose(kept) {
  const box = element.querySelector(`[name=keep][value=${kept ? 'keep' : 'change'}]`);
  if (box) box.checked = true;
}
element.addEventListener('input', (event) => {
  const target = event.target;
  if (target.dataset?.sets) {
    field(target).value = target.value;
    target.parentElement.classList.remove('empty');
    if (target.dataset.sets === 'f') choose(target.value === element.querySelector('.use').dataset.first);
    saveDraft();
  }
  if (target.name === 'final') choose(target.value.trim() === element.querySelector('.use').dataset.first);
  if (target.name === 'probability' || target.name === 'final') slides();
  use();
});
element.addEventListener('change', (event) => {
  if (event.target.name !== 'keep') return;
  const final = element.querySelector('[name=final]');
  if (event.target.value === 'keep') {
    final.value = element.querySelector('.use').dataset.first;
    slides();
    use();
    saveDraft();
  } else {
    final.focus();
    final.select();
  }
});
element.addEventListener('click', (event) => {
  const strip = event.target.closest('.strip');
  if (strip) strip.setAttribute('aria-expanded', String(strip.getAttribute('aria-expanded') !== 'true'));
});
function encounterSettles() {
  const stage = root()?.dataset.stage;
  if (!stage) return;
  for (const box of element.querySelectorAll('[name=drivers]')) box.disabled = stage !== 'shown';
  const thumb = element.querySelector('.asis .thumb');
  const picture = element.querySelector('.asis .picture > svg');
  if (thumb && picture && !thumb.firstChild) thumb.append(picture.cloneNode(true));
  limit();
  slides();
  use();
}

// Digits go to the probability, 1 to 3 to certainty, Z enlarges; Enter commits.
const typing = (target) => target.matches?.('input[type=text], textarea, select, [contenteditable]');
document.addEventListener('keydown', (event) => {
  if (
    !root()?.dataset.stage ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    document.querySelector('.eq-zoom[open]')
  )
    return;
  const target = event.target;
  const sure = element.querySelectorAll('[name=certainty]');
  if (
    event.key === 'Enter' &&
    target.name === 'probability' &&
    sure.length &&
    ![...sure].some((box) => box.checked)
  ) {
    event.preventDefault();
    sure[0].focus();
    return;
  }
  if (typing(target)) return;
  if (target.name === 'certainty' && /^[123]$/.test(event.key)) {
    event.preventDefault();
    sure[event.key - 1].checked = true;
    sure[event.key - 1].focus();
    saveDraft();
    return;
  }
  if (/^\d$/.test(event.key)) {
    const into = element.querySelector('[name=probability], [name=final]');
    if (into) {
      event.preventDefault();
      into.focus();
      into.value = (into.name === 'final' ? '' : into.value) + event.key;
      into.dispatchEvent(new Event('input', { bubbles: true }));
    }
  } else if (event.key.toLowerCase() === 'z')
    [...element.querySelectorAll('[data-enlarge]')].find((one) => one.checkVisibility())?.click();
  else if (event.key === 'Enter' && !target.closest('button, a, summary, details')) {
    event.preventDefault();
    element.querySelector('.act .go')?.click();
  }
});

// The picture, enlarged: buttons, the wheel, + and −, or two fingers; Escape closes.
function enlarge(button) {
  const picture = button.closest('.film').querySelector('svg');
  const { width, height } = picture.viewBox.baseVal;
  const box = document.createElement('dialog');
  box.className = 'eq-zoom';
  box.setAttribute('aria-label', 'The picture, enlarged');
  box.innerHTML =
    '<div class="tools"><button type="button" data-by="0.8" aria-label="Smaller">−</button><button type="button" data-by="1.25" aria-label="Larger">+</button><button type="button" data-true hidden>True size</button><button type="button" data-close>Close</button></div><div class="sheet" tabindex="0" aria-label="The picture; arrow keys move it"></div>';
  const sheet = box.querySelector('.sheet');
  sheet.append(picture.cloneNode(true));
  // A picture whose width is in millimetres (type 7) can be looked at as it lies on the paper.
  const paper = picture.width.baseVal.unitType === 7 ? picture.width.baseVal.value : 0;
  box.querySelector('[data-true]').hidden = !paper;
  box.style.setProperty('--aspect', width / height);
  let zoom = 1;
  const to = (value) => {
    zoom = Math.min(6, Math.max(1, value));
    box.style.setProperty('--zoom', zoom);
  };
  const fingers = new Map();
  let apart = 0;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  sheet.addEventListener('pointerdown', (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) apart = spread() / zoom;
  });
  sheet.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) {
      event.preventDefault();
      to(spread() / apart);
    }
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'])
    sheet.addEventListener(end, (event) => fingers.delete(event.pointerId));
  sheet.addEventListener(
    'touchmove',
    (event) => {
      if (event.touches.length === 2) event.preventDefault();
    },
    { passive: false },
  );
  sheet.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey) {
        event.preventDefault();
        to(zoom * (event.deltaY < 0 ? 1.1 : 0.9));
      }
    },
    { passive: false },
  );
  box.addEventListener('keydown', (event) => {
    if (event.key === '+' || event.key === '=') to(zoom * 1.25);
    else if (event.key === '-') to(zoom * 0.8);
    else if (event.key.toLowerCase() === 'z') box.close();
  });
  box.addEventListener('click', (event) => {
    const by = event.target.dataset?.by;
    if (by) to(zoom * by);
    if (event.target.dataset?.true !== undefined) {
      const now = sheet.firstElementChild.getBoundingClientRect().width;
      zoom *= paper / now;
      box.style.setProperty('--zoom', zoom);
    }
    if (event.target.dataset?.close !== undefined) box.close();
  });
  box.addEventListener('close', () => {
    box.remove();
    button.focus();
  });
  document.body.append(box);
  box.showModal();
  box.querySelector('[data-close]').focus();
}
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-enlarge]');
  if (button) enlarge(button);
});
