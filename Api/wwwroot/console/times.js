// Times come in UTC and are shown in the browser's time zone.
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const year = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A moment as a clock shows it, with the day unless that is today. */
export function clock(moment, now = new Date()) {
  if (moment.toDateString() === now.toDateString())
    return time.format(moment);
  return `${(moment.getFullYear() === now.getFullYear() ? day : year).format(moment)}, ${time.format(moment)}`;
}

/** How long ago a moment was; moments of other days as a clock shows them. */
export function ago(moment, now = new Date()) {
  const seconds = Math.max(0, Math.round((now - moment) / 1000));
  if (seconds < 60)
    return `${seconds} s ago`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : clock(moment, now);
}

/** Writes all times below a node in local time. */
export function localise(root) {
  for (const element of root.querySelectorAll('time[data-form]'))
    write(element);
}

/** Lets the relative times move on. */
export function tick() {
  for (const element of document.querySelectorAll('time[data-form="ago"]'))
    write(element);
}

function write(element) {
  const moment = new Date(element.dateTime);
  const text = element.dataset.form === 'ago' ? ago(moment) : clock(moment);
  if (element.textContent !== text)
    element.textContent = text;
  if (element.title === '')
    element.title = whole.format(moment);
}
