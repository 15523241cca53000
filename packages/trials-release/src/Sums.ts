import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** The file that holds the hashes of the others, as `sha256sum` writes and checks them. */
export const sumsFile = "SHA256SUMS"

/** The hashes in the text of the file, by file; null if it cannot be read. */
export const sumsIn = (text: string): ReadonlyMap<string, string> | null => {
  const lines = text.split("\n")
  const sums = new Map<string, string>()
  for (const line of lines.slice(0, -1)) {
    const [, sha256, file] = /^([0-9a-f]{64}) {2}([A-Za-z0-9.-]+)$/.exec(line) ?? []
    if (sha256 !== undefined && file !== undefined) sums.set(file, sha256)
  }
  return lines.at(-1) === "" && sums.size === lines.length - 1 ? sums : null
}

/** The hash of a file. */
export const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash("sha256")
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest("hex")
}

/** Writes the hashes of all files of a folder beside them. */
export const writeSums = async (folder: string): Promise<void> => {
  const lines: Array<string> = []
  for (const file of (await readdir(folder)).toSorted())
    lines.push(`${await sha256Of(join(folder, file))}  ${file}\n`)
  await writeFile(join(folder, sumsFile), lines.join(""), { flag: "wx" })
}
