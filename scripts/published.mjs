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

/** The version of each package that this repository uses or publishes. */
const versions = new Map(
  [...all, JSON.parse(read("package.json"))].flatMap(
    ({ dependencies, devDependencies, name, peerDependencies, version }) =>
      Object.entries({ ...dependencies, ...devDependencies, ...peerDependencies, [name]: version })
  )
)

/** The packages that `npm install` must be given: the package, and what it wants beside it. */
const wanted = ({ name, peerDependencies = {}, peerDependenciesMeta = {} }) =>
  [name, ...Object.keys(peerDependencies)].filter((each) => peerDependenciesMeta[each]?.optional !== true)

/** The packages that the examples of a README import. */
const imported = (readme) =>
  [...readme.matchAll(/^```ts\n.*?^```$/gms)].flatMap(([example]) =>
    [...example.matchAll(/ from "((?:@[^/"]+\/)?[^/"]+)/g)].map(([, name]) => name)
  )

/** What a README installs, as `name@version`. */
const installed = (readme) =>
  [...readme.replaceAll("\\\n", " ").matchAll(/npm install ([^\n`]+)/g)].flatMap(([, words]) =>
    words.split(" ").filter((word) => /^@?[a-z].*@/.test(word))
  )

/** What a document installs in a version that is not the one used here. */
const otherVersions = (file) =>
  installed(read(file))
    .filter((one) => versions.get(one.slice(0, one.lastIndexOf("@"))) !== one.split("@").at(-1))
    .map((one) => `${file} installs ${one}, which is not the version used here`)

/** What the README of a package must install, and does not. */
const missing = ({ folder, ...manifest }) => {
  const readme = read(`${folder}/README.md`)
  const found = installed(readme)
  const names = new Set([
    ...wanted(manifest),
    ...imported(readme).filter((name) => !name.startsWith("node:"))
  ])
  return [...names]
    .map((name) => `${name}@${versions.get(name)}`)
    .filter((one) => !found.includes(one))
    .map((one) => `README.md does not install ${one}`)
}

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
