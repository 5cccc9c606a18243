/**
 * Times as people say them. A formatter is dear to make and cheap to use, so each is made once.
 */

const short = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' })
const long = new Intl.DateTimeFormat([], { dateStyle: 'medium', timeStyle: 'short' })
const whole = new Intl.DateTimeFormat([], { dateStyle: 'full', timeStyle: 'medium' })
const thisYear = new Intl.DateTimeFormat([], { weekday: 'long', day: 'numeric', month: 'long' })
const otherYear = new Intl.DateTimeFormat([], { day: 'numeric', month: 'long', year: 'numeric' })

/**
 * @param {HTMLTimeElement} element
 * @param {number} ts
 * @param {{clock?: boolean}} [how] `clock`: without the day, where a divider says it
 */
export function fillTime(element, ts, { clock = false } = {}) {
  const time = new Date(ts)
  if (Number.isNaN(time.getTime())) return
  const today = time.toDateString() === new Date().toDateString()
  element.dateTime = time.toISOString()
  element.title = whole.format(time)
  element.textContent = clock || today ? short.format(time) : long.format(time)
}

/**
 * @param {number} ts
 * @param {number} now
 */
export function dayName(ts, now) {
  const [day, today] = [new Date(ts), new Date(now)]
  if (Number.isNaN(day.getTime())) return ''
  if (day.toDateString() === today.toDateString()) return 'Today'
  if (day.toDateString() === new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1).toDateString()) return 'Yesterday'
  return (day.getFullYear() === today.getFullYear() ? thisYear : otherYear).format(day)
}
