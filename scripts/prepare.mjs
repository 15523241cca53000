// Installs and builds what is missing. Uses nothing but Node, for nothing else is there yet.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

// Both as seen from the root, where every program is run.
/** The program of an installed package. It starts a second earlier than by npx. */
export const bin = (name) => join("node_modules", ".bin", name)

/** A copy of TypeScript whose compiler also reports what is wrong with effects. The one that builds stays as it is. */
export const effectTypescript = join("node_modules", ".trials-typescript")

process.env.TURBO_TELEMETRY_DISABLED = "1"

const [major, minor] = process.versions.node.split(".").map(Number)

const run = (command, args, environment = {}) => {
  const { status } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32"
  })
  if (status !== 0) {
    console.error(`\n\`${command} ${args.join(" ")}\` failed; what it said is above.`)
    process.exit(status ?? 1)
  }
}

const digest = (files) => {
  const hash = createHash("sha256").update(process.versions.modules)
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
  return hash.digest("hex")
}

const sources = () =>
  ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group)).flatMap((name) => [
      ...["package.json", "build.mjs", "tsconfig.build.json"]
        .map((file) => join(group, name, file))
        .filter((file) => existsSync(join(root, file))),
      ...readdirSync(join(root, group, name, "src"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
        .sort()
    ])
  )

// What a build writes last, where that is more than the compiler's.
const products = [
  "apps/api/bundle/main.js",
  "apps/batch/bundle/main.js",
  "packages/trials-release/dist/nightly.mjs"
]

const built = () =>
  ["packages", "apps"].every((group) =>
    readdirSync(join(root, group)).every((name) => existsSync(join(root, group, name, "dist")))
  ) && products.every((file) => existsSync(join(root, file)))

// How SQLite's driver is built: from Node 24 on here and not elsewhere, with what node-object-wrap.h explains.
const driver = () => {
  if (major < 24 || process.platform === "win32") return {}
  const header = join(root, "packages", "trials-database", "node-object-wrap.h")
  return {
    CXXFLAGS: `${process.env.CXXFLAGS ?? ""} -include "${header}"`,
    npm_config_build_from_source: "better-sqlite3"
  }
}

// Whether SQLite's driver is there, built for this Node and this system.
const driverLoads = () => {
  try {
    new (createRequire(import.meta.url)("better-sqlite3"))(":memory:").close()
    return true
  } catch {
    return false
  }
}

// Does a step unless its stamp shows that the same was done before.
const unless = (name, files, alsoDone, step) => {
  const stamp = join(root, "node_modules", `.trials-${name}`)
  const wanted = digest(files)
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && alsoDone()) return
  step()
  writeFileSync(stamp, wanted)
}

export const prepare = () => {
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old: 20.19 or later is needed.`)
    process.exit(2)
  }
  unless("install", ["package-lock.json"], driverLoads, () => {
    console.error("Installing (the first time this compiles SQLite's driver, which takes a few minutes) …")
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], driver())
  })
  const compiler = join(root, effectTypescript)
  unless(
    "compiler",
    ["package-lock.json"],
    () => existsSync(compiler),
    () => {
      rmSync(compiler, { recursive: true, force: true })
      cpSync(join(root, "node_modules", "typescript"), compiler, { recursive: true })
      const patch = ["patch", "--module", "tsc", "--dir", effectTypescript, "--log-level", "error"]
      run(bin("effect-language-service"), patch)
    }
  )
  unless(
    "build",
    [
      "package-lock.json",
      "tsconfig.json",
      "turbo.json",
      join("scripts", "bundle.mjs"),
      join("scripts", "clean.mjs"),
      join("scripts", "notices.mjs"),
      ...sources()
    ],
    built,
    () => {
      console.error("Building …")
      run(bin("turbo"), ["run", "build", "--output-logs=errors-only"])
    }
  )
}
