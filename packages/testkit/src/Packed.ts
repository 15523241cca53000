import { execFile } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"

const root = fileURLToPath(new URL("../../../", import.meta.url))

const run = promisify(execFile)

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
}

/** The packages that are published, by folder. */
const published = ["packages", "apps"].flatMap((group) =>
  readdirSync(join(root, group)).flatMap((name) => {
    const folder = join(root, group, name)
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    const { exports = {}, name: packageName, private: isPrivate } = manifest
    return isPrivate === true ? [] : [{ packageName, folder, exports }]
  })
)

const linked = (from: string, to: string, except: (name: string) => boolean): void => {
  for (const name of readdirSync(from)) {
    if (!except(name) && !name.startsWith(".")) symlinkSync(join(from, name), join(to, name), "junction")
  }
}

/** Packs the published packages into a folder. */
export const packs = async (
  folder: string
): Promise<ReadonlyArray<{ readonly name: string; readonly filename: string }>> => {
  const where = published.flatMap(({ folder }) => ["--workspace", folder])
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder, ...where]
  const { stdout } = await run("npm", packing, { cwd: root, shell: process.platform === "win32" })
  return JSON.parse(stdout)
}

/** The names of what the published packages export, as in `trials-domain/Sync`; files of theirs are none. */
export const exported: ReadonlyArray<string> = published.flatMap(({ exports, packageName }) =>
  Object.entries(exports)
    .filter(([, target]) => typeof target === "object")
    .map(([name]) => packageName + name.slice(1))
)

/**
 * Makes a folder of a user of the published packages: their packed files, as npm would install them, beside what this
 * repository has installed.
 */
export const packedInto = (folder: string): Effect.Effect<void> =>
  Effect.promise(async () => {
    const modules = join(folder, "node_modules")
    mkdirSync(modules)
    linked(join(root, "node_modules"), modules, (name) => name.startsWith("trials"))
    const packed = await packs(folder)
    await Promise.all(
      packed.map(async ({ filename, name }) => {
        const to = join(modules, name)
        mkdirSync(to)
        await run("tar", ["-xzf", join(folder, filename), "-C", to, "--strip-components=1"])
        const own = published.find(({ packageName }) => packageName === name)?.folder ?? ""
        // What npm did not hoist.
        for (const nested of readdirSync(own).filter((each) => each === "node_modules")) {
          mkdirSync(join(to, nested))
          linked(join(own, nested), join(to, nested), () => false)
        }
      })
    )
  })
