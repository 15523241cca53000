/** Converts eight digits to a day as YYYY-MM-DD; null if the calendar has no such day. */
export const dateOf = (digits: string): string | null => {
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(digits)
  const day = found === null ? "" : `${found[1]}-${found[2]}-${found[3]}`
  const millis = Date.parse(day)
  return Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== day ? null : day
}
