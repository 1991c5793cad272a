"""The scripts of our pages in a platform's frame: its storage for tools, and the way back.

By "LTI Client Side postMessages" and "LTI Platform Storage" of 1EdTech. It asks only the origin
that the platform was registered with, and hears only that.
"""

SCRIPT = """'use strict';
const page = document.querySelector('[data-storage]');
const WAIT = 1500;
const parentFrame = () => {
  const outer = window.opener || window.parent;
  const name = page.dataset.target;
  return name === '_parent' ? outer : outer.frames[name] || outer;
};
const ask = (subject, more) => new Promise((resolve) => {
  const id = crypto.randomUUID();
  const hear = (event) => {
    const said = event.data;
    if (event.origin !== page.dataset.origin || typeof said !== 'object' || said === null) return;
    if (said.subject !== `${subject}.response` || said.message_id !== id) return;
    removeEventListener('message', hear);
    resolve(said.error ? null : said);
  };
  addEventListener('message', hear);
  setTimeout(() => resolve(null), WAIT);
  try {
    const message = { subject, message_id: id, key: page.dataset.key, ...more };
    parentFrame().postMessage(message, page.dataset.origin);
  } catch (_) {
    resolve(null);
  }
});
const put = async () => {
  await ask('lti.put_data', { value: page.dataset.value });
  location.replace(page.querySelector('a').href);
};
const get = async () => {
  const said = await ask('lti.get_data', {});
  if (!said || !said.value) return;
  const form = page.querySelector('form[data-bound]');
  form.elements.binding.value = said.value;
  form.submit();
};
if (page) (page.dataset.storage === 'put' ? put : get)();
"""

# On the page that goes back to a platform: its one form is sent, and its button does the same.
RETURN_SCRIPT = """'use strict';
document.querySelector('form[data-return]').submit();
"""

# A registration is over: the platform closes the frame or window that it opened for it.
CLOSE_SCRIPT = """'use strict';
const button = document.querySelector('[data-close]');
const close = () => {
  const outer = window.opener || window.parent;
  outer.postMessage({ subject: 'org.imsglobal.lti.close' }, button.dataset.close);
};
button.addEventListener('click', close);
"""
