import { execFile } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"

const root = fileURLToPath(new URL("../../../", import.meta.url))

const run = promisify(execFile)

/** The packages that are published, by folder. */
const published = ["packages", "apps"].flatMap((group) =>
  readdirSync(join(root, group)).flatMap((name) => {
    const folder = join(root, group, name)
    const { name: packageName, private: isPrivate }: { name: string; private?: boolean } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8")
    )
    return isPrivate === true ? [] : [{ packageName, folder }]
  })
)

const linked = (from: string, to: string, except: (name: string) => boolean): void => {
  for (const name of readdirSync(from)) {
    if (!except(name) && !name.startsWith(".")) symlinkSync(join(from, name), join(to, name), "junction")
  }
}

/**
 * Makes a folder of a user of the published packages: their packed files, as npm would install them, beside what this
 * repository has installed.
 */
export const packedInto = (folder: string): Effect.Effect<void> =>
  Effect.promise(async () => {
    const modules = join(folder, "node_modules")
    mkdirSync(modules)
    linked(join(root, "node_modules"), modules, (name) => name.startsWith("trials"))
    const where = published.flatMap(({ folder }) => ["--workspace", folder])
    const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder, ...where]
    const { stdout } = await run("npm", packing, { cwd: root, shell: process.platform === "win32" })
    const packs: ReadonlyArray<{ name: string; filename: string }> = JSON.parse(stdout)
    await Promise.all(
      packs.map(async ({ filename, name }) => {
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
