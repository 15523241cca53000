import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"

/** Not a key of anyone's; it has the characters that encodings change. */
export const key = 'canary+key/that=must+never/"show"\\at=all=='

/** The portal's other spelling of it. */
export const encoded = encodeURIComponent(key)

/** What of the base64 of a longer text is the same whatever stands around, at the three places a text may begin. */
const inBase64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    return bytes.toString("base64").slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3))
  })

const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())

const forms = (text: string): ReadonlyArray<string> => {
  const json = JSON.stringify(text).slice(1, -1)
  const base64 = inBase64(text)
  return [
    text,
    json,
    json.replaceAll("/", "\\/"),
    encodeURIComponent(text),
    lowerHex(encodeURIComponent(text)),
    ...base64,
    ...base64.map((each) => each.replaceAll("+", "-").replaceAll("/", "_"))
  ]
}

/** The halves of every form: a text that was cut short or broken in two holds one of them. */
const wanted = [
  ...new Set(
    [key, encoded, lowerHex(encoded), `Infuser ${key}`, `Infuser ${encoded}`]
      .flatMap(forms)
      .flatMap((form) => [form.slice(0, form.length / 2), form.slice(form.length / 2)])
      // The first half of the header may be all but the key.
      .filter((half) => half.length > 16)
  )
]

/** The parts of the key, in whatever form, that a text holds. */
export const leaks = (text: string): ReadonlyArray<string> => wanted.filter((part) => text.includes(part))

/** Fails where one of these texts, by their names, holds a part of the key. */
export const expectHidden = (texts: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(texts)) expect([name, leaks(text)]).toEqual([name, []])
}

/** The content of every file of a folder and of those within, by its path there. */
export const filesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "latin1")])
  )
