// node scripts/version.mjs: writes the version of the published packages wherever else it stands: the root's package.json,
// the Dockerfile, the manifests and the pages. `npm run release:version` runs it; deployed.mjs compares.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { root } from "./prepare.mjs"

const read = (file) => readFileSync(join(root, file), "utf8")

/** The files below deploy/. */
export const below = readdirSync(join(root, "deploy"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))

const named = {
  pattern: /(ghcr\.io\/[^\s:]+:|ARG VERSION=|--branch v)([\w.-]+)/g,
  files: ["Dockerfile", "docs/operations.md"]
}
const places = [
  { file: "package.json", pattern: /^( {2}"version": ")([^"]+)/gm },
  ...[...named.files, ...below].map((file) => ({ file, pattern: named.pattern }))
]

/** The version of the published packages, which have one (.changeset/config.json). */
export const version = JSON.parse(read("packages/trials-domain/package.json")).version

/** Where a file names another version. */
export const otherVersions = () =>
  places.flatMap(({ file, pattern }) =>
    [...read(file).matchAll(pattern)]
      .filter(([, , found]) => found !== version)
      .map(([text]) => `${file}: \`${text.trim()}\` is not of version ${version}: node scripts/version.mjs`)
  )

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, pattern } of places) {
    const text = read(file)
    const now = text.replace(pattern, (_, before) => before + version)
    if (now !== text) writeFileSync(join(root, file), now)
  }
}
