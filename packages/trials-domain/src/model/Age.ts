import { Duration, Either } from "effect"

const unit: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** Parses an age as people write it: `90m`, `36h`, `2d`, `36 hours`. Left says what is wrong with it. */
export const parse = (text: string): Either.Either<Duration.Duration, string> => {
  const [, digits, letter] =
    /^\s*(\d+(?:\.\d+)?)\s*([smhdw])(?:ec|econd|in|inute|our|r|ay|eek)?s?\s*$/i.exec(text) ?? []
  const seconds = Number(digits) * (unit[letter?.toLowerCase() ?? ""] ?? Number.NaN)
  return seconds > 0 && Number.isFinite(seconds)
    ? Either.right(Duration.seconds(seconds))
    : Either.left("must be an age greater than zero, as in 90m, 36h or 2d")
}

/** Formats an age in its two largest units, as in `1d 12h`. */
export const format = (age: Duration.Duration): string => {
  let left = Math.max(0, Math.floor(Duration.toSeconds(age)))
  const parts: Array<string> = []
  for (const letter of ["d", "h", "m", "s"]) {
    const size = unit[letter] ?? 1
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count}${letter}`)
  }
  return parts.length === 0 ? "under 1s" : parts.slice(0, 2).join(" ")
}
