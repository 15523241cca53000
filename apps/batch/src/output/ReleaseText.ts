import type { Manifest } from "trials-release"

const units = ["bytes", "KB", "MB", "GB", "TB"]

/** A size for a person, as in 3.1 MB. */
export const bytes = (size: number): string => {
  const step = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), units.length - 1)
  return step === 0 ? `${size} bytes` : `${(size / 1000 ** step).toFixed(1)} ${units[step]}`
}

const one = (count: number, name: string): string => `${count} ${name}${count === 1 ? "" : "s"}`

/** What a state holds, for a person. */
export const held = ({ runs, trials, versions }: Manifest.Manifest["counts"]): string =>
  `${one(versions, "version")} of ${one(trials, "trial")}, ${one(runs, "run")}`
