/** A language of the pages. What a registry wrote stays in its own. */
export type Language = "en" | "ko"

/** The languages, the usual one first. */
export const languages: ReadonlyArray<Language> = ["en", "ko"]

/** A text in each language. */
export type InEach<Words> = Readonly<Record<Language, Words>>

const isLanguage = (text: string): text is Language => (languages as ReadonlyArray<string>).includes(text)

/** A language by its code; undefined where there is none of that code. */
export const languageOf = (code: string): Language | undefined => (isLanguage(code) ? code : undefined)

/** The language that an `Accept-Language` (RFC 9110, 12.5.4) likes best; English where it likes none of ours. */
export const preferred = (acceptLanguage = ""): Language => {
  const liked = acceptLanguage.split(",").flatMap((part) => {
    const [range = "", ...parameters] = part.trim().toLowerCase().split(";")
    const weight = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1]).find(Boolean)
    const language = languageOf(range.split("-", 1)[0] ?? "")
    return language === undefined ? [] : [{ language, weight: Number(weight ?? 1) }]
  })
  const [best] = liked.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight)
  return best?.language ?? "en"
}
