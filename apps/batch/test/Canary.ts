import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"

/** Not a real key; it has the characters that encodings change. */
export const key = 'canary+key/that=must+never/"show"\\at=all=='

/** The portal's other spelling of the key. */
export const encoded = encodeURIComponent(key)

/** The parts of a text's base64 that do not depend on the text around it, for the three possible offsets. */
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

/** The halves of every form: a text that was cut off or split in two holds one of them. */
const wanted = [
  ...new Set(
    [key, encoded, lowerHex(encoded), `Infuser ${key}`, `Infuser ${encoded}`]
      .flatMap(forms)
      .flatMap((form) => [form.slice(0, form.length / 2), form.slice(form.length / 2)])
      // The first half of the header may hold nothing of the key.
      .filter((half) => half.length > 16)
  )
]

/** Letters and digits alone, in lower case, as a host may show them. */
const bare = (text: string): string => text.toLowerCase().replace(/[^0-9a-z]+/g, "")

const wantedBare = [key, encoded]
  .map(bare)
  .flatMap((text) => [text.slice(0, text.length / 2), text.slice(text.length / 2)])

/** The parts of the key, in any form, that a text holds. */
export const leaks = (text: string): ReadonlyArray<string> => {
  const letters = bare(text)
  return [
    ...wanted.filter((part) => text.includes(part)),
    ...wantedBare.filter((part) => letters.includes(part))
  ]
}

/** Fails if one of these named texts holds a part of the key. */
export const expectHidden = (texts: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(texts)) expect([name, leaks(text)]).toEqual([name, []])
}

/** The content of every file in a folder and its subfolders, by its relative path. */
export const filesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "latin1")])
  )
