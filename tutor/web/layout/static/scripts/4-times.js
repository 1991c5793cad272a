// A moment is said in the class's time zone; a reader whose clock shows another time reads that as well.
function showLocalTimes() {
  for (const time of element.querySelectorAll('time[data-offset]')) {
    const at = new Date(time.dateTime);
    if (-at.getTimezoneOffset() === Number(time.dataset.offset)) continue;
    const here = at.toLocaleString('en-GB', {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
    });
    time.textContent += `; in your time zone ${here}`;
    time.removeAttribute('data-offset');
  }
}
