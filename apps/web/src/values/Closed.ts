/**
 * A text whose marks of direction end with it. An isolate that it leaves open takes the end of its `bdi` for its own, and an end
 * without an isolate ends the `bdi` (UAX #9, BD9): what the page says after it would then be turned around.
 */
export const closed = (text: string): string => {
  let open = 0
  const kept = text.replaceAll(/[\u2066-\u2069]/g, (mark) => {
    if (mark !== "\u2069") open += 1
    else if (open === 0) return ""
    else open -= 1
    return mark
  })
  return kept + "\u2069".repeat(open)
}
