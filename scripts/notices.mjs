// The notices of what a bundle holds: each package with its licence, whose text goes with every copy.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"

const permissive = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense"
])

/** Whether a licence, or one of those that a package lets its users choose from, asks for no more than its text. */
const isPermissive = (licence) =>
  licence
    .replace(/^\((.*)\)$/, "$1")
    .split(" OR ")
    .some((one) => permissive.has(one))

/** The folder of the package that a bundled file is of; undefined for a file of ours. */
const folderOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]

const textsIn = (folder, pattern) =>
  readdirSync(folder)
    .filter((file) => pattern.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim())

/** The licence that ends a README, where it is whole. */
const inReadme = (text) => {
  const [, licence = ""] = /^#+ *licen[cs]e\s*$(.*)/ims.exec(text) ?? []
  return /Permission .*is hereby granted/s.test(licence) ? [licence.trim()] : []
}

const read = (folder) => {
  const { license, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const texts = textsIn(folder, /^(?:licen[cs]e|copying|notice)/i)
  const told = texts.length > 0 ? texts : textsIn(folder, /^readme/i).flatMap(inReadme)
  return { name, version, licence: String(license), texts: told }
}

/**
 * The notices of what esbuild has bundled, by its metafile. Throws where a package has no text of its licence, or a
 * licence that wants more than its text.
 */
export const noticesOf = (metafile, cwd = process.cwd()) => {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []))
  )
  const packages = [...new Set(files.map(folderOf).filter((folder) => folder !== undefined))]
    .map((folder) => read(resolve(cwd, folder)))
    .sort((one, other) => (`${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1))
  const flaws = packages.flatMap(({ licence, name, texts, version }) => [
    ...(texts.length === 0 ? [`${name}@${version} has no text of its licence (${licence})`] : []),
    ...(isPermissive(licence)
      ? []
      : [`${name}@${version} has the licence ${licence}, which is not permissive`])
  ])
  if (flaws.length > 0) throw new Error(`The bundle cannot be published:\n${flaws.join("\n")}`)
  const told = packages.map(
    ({ licence, name, texts, version }) => `${name}@${version} (${licence})\n\n${texts.join("\n\n")}\n`
  )
  return `This folder holds parts of these packages.\n\n${told.join(`\n${"-".repeat(80)}\n\n`)}`
}

/** Writes the notices into the folder of the bundle. */
export const writeNotices = (metafile, folder) =>
  writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), noticesOf(metafile))
