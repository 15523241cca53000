import { Config, type Duration, Either, type Option } from "effect"
import { parsed, staleAfter } from "trials-domain/Environment"

/**
 * Where the API listens (port 0 takes any free port), and the age of the last proven run at which data are stale
 * (none: never).
 */
export const server: Config.Config<{
  readonly host: string
  readonly port: number
  readonly staleAfter: Option.Option<Duration.Duration>
}> = Config.all({
  host: Config.string("TRIALS_API_HOST").pipe(Config.withDefault("127.0.0.1")),
  port: parsed("TRIALS_API_PORT", (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535
      ? Either.right(Number(text))
      : Either.left("must be a port from 0 to 65535")
  ).pipe(Config.withDefault(3000)),
  staleAfter
})
