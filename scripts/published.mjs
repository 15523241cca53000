// What npm shows of each package: its address, its licence, and a README that installs versions which fit each other.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./prepare.mjs"

const read = (file) => readFileSync(join(root, file), "utf8")

const all = ["packages", "apps"].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => {
    const folder = `${group}/${name}`
    return { folder, ...JSON.parse(read(`${folder}/package.json`)) }
  })
)

/** The version of each package that this repository uses or publishes: an exact one, where any of them is. */
const versions = new Map(
  [...all, JSON.parse(read("package.json"))]
    .flatMap(({ dependencies, devDependencies, name, peerDependencies, version }) =>
      Object.entries({ ...peerDependencies, ...dependencies, ...devDependencies, [name]: version })
    )
    // One of ours that is only used here is wanted in any version.
    .filter(([, range]) => range !== "*")
    .map(([name, range]) => [range.startsWith("^"), name, range.replace("^", "")])
    .sort(([one], [other]) => Number(other) - Number(one))
    .map(([, name, version]) => [name, version])
)

const own = new Set(all.map(({ name }) => name))

/** What a caret holds on to: 3 of 3.22.4, and 0.97 of 0.97.2. */
const lineOf = (version) => version.split(".", version.startsWith("0.") ? 2 : 1).join(".")

/** How a README installs a package: ours by its name, another one of the line that goes with it. */
const wanted = (name) => (own.has(name) ? name : `${name}@${lineOf(versions.get(name) ?? "")}`)

/** The packages that the examples of a README import. */
const imported = (readme) =>
  [...readme.matchAll(/^```ts\n.*?^```$/gms)].flatMap(([example]) =>
    [...example.matchAll(/ from "((?:@[^/"]+\/)?[^/"]+)/g)].map(([, name]) => name)
  )

/** What a README installs, as `name` or `name@line`. */
const installed = (readme) =>
  [...readme.replaceAll("\\\n", " ").matchAll(/npm install ([^\n`#]+)/g)].flatMap(([, words]) =>
    words
      .trim()
      .split(/\s+/)
      .filter((word) => !word.startsWith("-"))
  )

/** What a document installs otherwise than it is used here. */
const otherVersions = (file) =>
  installed(read(file))
    .map((one) => [one, wanted(one.replace(/(?<=.)@.*/, ""))])
    .filter(([one, right]) => one !== right)
    .map(([one, right]) => `${file} installs ${one}, and should install ${right}`)

/** What the README of a package must install, and does not: the package, and what its examples import. npm adds the peers. */
const missing = ({ folder, name }) => {
  const readme = read(`${folder}/README.md`)
  const found = installed(readme)
  return [...new Set([name, ...imported(readme).filter((each) => !each.startsWith("node:"))])]
    .map(wanted)
    .filter((one) => !found.includes(one))
    .map((one) => `README.md does not install ${one}`)
}

/** Ranges that would refuse what fits: a peer, or a package of ours, is wanted in its line and not in one version. */
const narrow = ({ dependencies = {}, peerDependencies = {} }) =>
  Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([name]) => name in peerDependencies || own.has(name))
    .filter(
      ([name, range]) => !range.startsWith("^") || lineOf(range.slice(1)) !== lineOf(versions.get(name))
    )
    .map(
      ([name, range]) =>
        `${name} is wanted as ${range}, and should be as ^ and a version of ${lineOf(versions.get(name))}`
    )

// The address of the repository is in the root's package.json, and all others follow it.
const { bugs, homepage, license, repository } = JSON.parse(read("package.json"))
const address = homepage.replace("#readme", "")

const flawsOf = (manifest) => {
  const { folder } = manifest
  const right = {
    license,
    repository: { ...repository, directory: folder },
    bugs,
    homepage: `${address}/tree/main/${folder}#readme`
  }
  const isLicence = existsSync(join(root, folder, "LICENSE")) && read(`${folder}/LICENSE`) === read("LICENSE")
  return [
    ...Object.entries(right)
      .filter(([key, value]) => JSON.stringify(manifest[key]) !== JSON.stringify(value))
      .map(([key, value]) => `${key} must be ${JSON.stringify(value)}`),
    ...(isLicence ? [] : ["LICENSE is not that of the root"]),
    ...narrow(manifest),
    ...missing(manifest)
  ].map((flaw) => `${folder}: ${flaw}`)
}

/** What is wrong with what npm shows; null where nothing is. */
export const published = async () => {
  const flaws = all.filter((manifest) => manifest.private !== true).flatMap(flawsOf)
  const readmes = all
    .map(({ folder }) => `${folder}/README.md`)
    .filter((file) => existsSync(join(root, file)))
  const documents = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"))
  flaws.push(...[...readmes, ...documents.map((file) => `docs/${file}`)].flatMap(otherVersions))
  const addresses = [
    bugs,
    repository.url.replace(/^git\+/, ""),
    read("typedoc.json").match(/https[^"]*\/blob\//)?.[0]
  ]
  for (const other of addresses) {
    if (!other?.startsWith(address)) flaws.push(`${other} is not at ${address}, the homepage of package.json`)
  }
  return flaws.length === 0 ? null : flaws.join("\n")
}
