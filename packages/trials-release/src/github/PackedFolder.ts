import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, readFile, stat } from "node:fs/promises"
import { basename, join } from "node:path"
import { Readable } from "node:stream"
import { tagOf } from "../Tag.js"
import { GitHubError } from "./GitHubError.js"

/** What publishing needs to know of a manifest. */
export interface PackedManifest {
  readonly number: number
  readonly parent: { readonly number: number } | null
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

const sums = "SHA256SUMS"

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash("sha256")
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest("hex")
}

const fileOf = async (folder: string, name: string): Promise<PackedFile> => {
  const path = join(folder, name)
  const [{ size }, sha256] = await Promise.all([stat(path), hashOf(path)])
  return {
    name,
    size,
    sha256,
    stream: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
  }
}

/** The lines of `SHA256SUMS`: the hash that each file should have. */
const expectedIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [, hash, name] = /^([0-9a-f]{64}) {2}([A-Za-z0-9.-]+)$/.exec(line) ?? []
        if (hash === undefined || name === undefined) throw new Error(line)
        return [name, hash]
      })
  )

/** Reads a folder that `trials release pack` has made, and compares every file with `SHA256SUMS`. */
export const readPacked = async (folder: string): Promise<PackedFolder> => {
  const damaged = (what: string) =>
    new GitHubError("damaged", `${folder} is not what was packed: ${what}. Pack it again.`)
  const names = await readdir(folder).catch(() => {
    throw new GitHubError("none", `There is no folder ${folder}. \`trials release pack\` makes one.`)
  })
  const text = await readFile(join(folder, sums), "utf8").catch(() => {
    throw damaged(`it has no ${sums}`)
  })
  let expected: ReadonlyMap<string, string>
  let manifest: PackedManifest
  try {
    expected = expectedIn(text)
    manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"))
  } catch {
    throw damaged(`its ${sums} or manifest.json cannot be read`)
  }
  const strange = names.find((name) => name !== sums && !expected.has(name))
  if (strange !== undefined) throw damaged(`${sums} does not name ${strange}`)
  const files: Array<PackedFile> = []
  for (const [name, sha256] of expected) {
    if (!names.includes(name)) throw damaged(`${name} is missing`)
    const file = await fileOf(folder, name)
    if (file.sha256 !== sha256) throw damaged(`${name} has another hash than ${sums} says`)
    files.push(file)
  }
  const tag = tagOf(manifest.number)
  if (!expected.has("manifest.json")) throw damaged(`${sums} does not name manifest.json`)
  if (basename(folder) !== tag) throw damaged(`its manifest is that of ${tag}`)
  return { tag, manifest, files: [...files, await fileOf(folder, sums)] }
}
