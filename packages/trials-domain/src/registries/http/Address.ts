import { Config } from "effect"

/** Reads the address of a registry from a setting: `http` or `https`, the usual one where the setting is missing. */
export const address = (name: string, normal: string): Config.Config<string> =>
  // The check comes before the default: after it, the message would not name the setting.
  Config.string(name).pipe(
    Config.validate({
      message: "must be an http or https address",
      validation: (url) => /^https?:\/\//.test(url) && URL.canParse(url)
    }),
    Config.withDefault(normal)
  )
