import { Config, Either } from "effect"
import { parsed } from "trials-domain/Environment"

const share = (name: string, normal: number) =>
  parsed(name, (text) => {
    const value = Number(text)
    return value >= 0 && value <= 1
      ? Either.right(value)
      : Either.left(`must be a share from 0 to 1, as in ${normal}`)
  }).pipe(Config.withDefault(normal))

/** How far a run may differ from the last proven one. */
export const limits: Config.Config<{ readonly shrink: number; readonly reject: number }> = Config.all({
  shrink: share("TRIALS_SHRINK_LIMIT", 0.9),
  reject: share("TRIALS_REJECT_LIMIT", 0.005)
})
