// node scripts/runtime.mjs FOLDER: copies what the API and the batch runner need to run, and nothing else, into an empty
// folder. The Dockerfile runs it after a build. It keeps licences, and leaves types, maps and sources out.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"
import { root } from "./prepare.mjs"

const [folder] = process.argv.slice(2)
if (folder === undefined || existsSync(folder)) {
  console.error("usage: node scripts/runtime.mjs FOLDER, which must not exist yet")
  process.exit(2)
}

const manifestOf = (place) => JSON.parse(readFileSync(join(place, "package.json"), "utf8"))

// What a package needs only while it is installed.
const installers = ["prebuild-install"]

/** What a package needs to run. An app that is bundled needs no peers: those are for who imports its library. */
const needs = (
  place,
  { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} }
) => {
  const peers = Object.keys(existsSync(join(place, "bundle")) ? {} : (peerDependencies ?? {}))
  return {
    wanted: [
      ...Object.keys(dependencies ?? {}),
      ...peers.filter((name) => peerDependenciesMeta[name]?.optional !== true)
    ].filter((name) => !installers.includes(name)),
    welcome: Object.keys(optionalDependencies ?? {})
  }
}

/** Where a package is found from another one, as Node looks for it; undefined where it is not installed. */
const found = (name, from) => {
  for (let path = from; path.startsWith(root); path = dirname(path)) {
    const place = join(path, "node_modules", name)
    if (existsSync(join(place, "package.json"))) return place
  }
  return undefined
}

const unused = /\.(?:[cm]?ts|map|md|markdown|flow)$/
const licence = /licen[cs]e|notice|copying/i
// SQLite's driver comes with all that it was compiled from.
const compiled = ["build", "build/Release", "build/Release/better_sqlite3.node"]

/** Whether a file of a package is copied. Packages within it are visited by themselves. */
const isUsed = (place) => (file) => {
  const path = relative(place, file).split(sep).join("/")
  if (/(?:^|\/)node_modules(?:\/|$)/.test(path)) return false
  if (basename(place) === "better-sqlite3" && /^(?:deps|src|build)(?:\/|$)/.test(path))
    return compiled.includes(path)
  return licence.test(basename(file)) || !unused.test(file)
}

/** What a workspace publishes, without its sources; `dist` of an app that is bundled is its library. */
const published = ({ files }) =>
  ["package.json", "LICENSE", ...files].filter(
    (name) => !name.startsWith("!") && name !== "src" && !(name === "dist" && files.includes("bundle"))
  )

const copied = new Set()

/** Copies a package to the place in the folder that it has here, then what it needs. */
const copy = (place) => {
  if (copied.has(place)) return
  copied.add(place)
  const target = join(folder, relative(root, place))
  const manifest = manifestOf(place)
  const isWorkspace = !place.includes(`${sep}node_modules${sep}`)
  for (const name of isWorkspace ? published(manifest) : ["."])
    cpSync(join(place, name), join(target, name), { recursive: true, filter: isUsed(place) })
  const { wanted, welcome } = needs(place, manifest)
  for (const name of [...wanted, ...welcome]) {
    const next = found(name, place)
    if (next === undefined) {
      if (welcome.includes(name)) continue
      throw new Error(`${manifest.name} needs ${name}, which is not installed`)
    }
    const real = realpathSync(next)
    if (real !== next) link(next, real)
    copy(real)
  }
}

/** Workspaces are links in node_modules. */
const link = (from, to) => {
  const place = join(folder, relative(root, from))
  mkdirSync(dirname(place), { recursive: true })
  if (!existsSync(place)) symlinkSync(relative(dirname(from), to), place)
}

for (const app of ["api", "batch"]) copy(join(root, "apps", app))
