// A chart leaves as a file of its own: what the style sheet gave it is written into it.
const DRAWN = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
];
function alone(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((one) => [...one.querySelectorAll('*')]);
  from.forEach((one, at) => {
    const style = getComputedStyle(one);
    for (const name of DRAWN) to[at].style.setProperty(name, style.getPropertyValue(name));
  });
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', width);
  copy.setAttribute('height', height);
  copy.style.background = getComputedStyle(svg.closest('.card') ?? svg).backgroundColor;
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}
function keep(address, name) {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
function save(button) {
  const { text, width, height } = alone(document.getElementById(button.dataset.of));
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  if (button.dataset.save === 'svg') {
    keep(address, `${button.dataset.name}.svg`);
    return;
  }
  const picture = new Image();
  picture.onload = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 3 * width, height: 3 * height });
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    keep(canvas.toDataURL('image/png'), `${button.dataset.name}.png`);
  };
  picture.src = address;
}
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-save]');
  if (button) save(button);
});
