import { createReadStream } from "node:fs"
import { readdir, readFile, stat } from "node:fs/promises"
import { basename, join } from "node:path"
import { Readable } from "node:stream"
import { sha256Of, sumsFile, sumsIn } from "../Sums.js"
import { tagOf } from "../Tag.js"
import { GitHubError } from "./GitHubError.js"

/** What publishing needs to know of a manifest. */
export interface PackedManifest {
  readonly number: number
  readonly parent: { readonly number: number; readonly sha256: string } | null
  readonly base: number
  readonly month: string
  readonly counts: Readonly<Record<string, number>>
  readonly registries: ReadonlyArray<{
    readonly name: string
    readonly title: string
    readonly attribution: string
    readonly licence: string | null
    readonly lastRun: { readonly verdict: string | null }
  }>
}

/** A file of a packed release. */
export interface PackedFile {
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly stream: () => ReadableStream<Uint8Array>
}

/** A packed release, found whole. */
export interface PackedFolder {
  readonly tag: string
  readonly manifest: PackedManifest
  readonly files: ReadonlyArray<PackedFile>
}

const fileOf = async (folder: string, name: string): Promise<PackedFile> => {
  const path = join(folder, name)
  const [{ size }, sha256] = await Promise.all([stat(path), sha256Of(path)])
  return {
    name,
    size,
    sha256,
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
  }
}

/** Reads a folder that `trials release pack` has made, and compares every file with `SHA256SUMS`. */
export const readPacked = async (folder: string): Promise<PackedFolder> => {
  const damaged = (what: string) =>
    new GitHubError("damaged", `${folder} is not what was packed: ${what}. Pack it again.`)
  const names = await readdir(folder).catch(() => {
    throw new GitHubError("none", `There is no folder ${folder}. \`trials release pack\` makes one.`)
  })
  const text = await readFile(join(folder, sumsFile), "utf8").catch(() => {
    throw damaged(`it has no ${sumsFile}`)
  })
  const expected = sumsIn(text)
  if (expected === null) throw damaged(`its ${sumsFile} cannot be read`)
  let manifest: PackedManifest
  try {
    manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"))
  } catch {
    throw damaged("its manifest.json cannot be read")
  }
  const strange = names.find((name) => name !== sumsFile && !expected.has(name))
  if (strange !== undefined) throw damaged(`${sumsFile} does not name ${strange}`)
  const files: Array<PackedFile> = []
  for (const [name, sha256] of expected) {
    if (!names.includes(name)) throw damaged(`${name} is missing`)
    const file = await fileOf(folder, name)
    if (file.sha256 !== sha256) throw damaged(`${name} has another hash than ${sumsFile} says`)
    files.push(file)
  }
  const tag = tagOf(manifest.number)
  if (!expected.has("manifest.json")) throw damaged(`${sumsFile} does not name manifest.json`)
  if (basename(folder) !== tag) throw damaged(`its manifest is that of ${tag}`)
  return { tag, manifest, files: [...files, await fileOf(folder, sumsFile)] }
}
