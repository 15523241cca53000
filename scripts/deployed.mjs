// What is wrong with the image's files, compose.yaml and what is below deploy/: a command, an option, a setting or a file
// that is not there, another version or image, and a secret that could get into an image. It needs packages, as workflows.mjs does.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse, parseAllDocuments } from "yaml"
import { root } from "./prepare.mjs"
import { below, otherVersions } from "./version.mjs"

const read = (file) => readFileSync(join(root, file), "utf8")

/** The settings that there are; apps/api/test/EnvExample.test.ts compares them with those of the programs. */
const settings = [...read(".env.example").matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name]) => name)
// Those of others, which Node, libpq and the image of PostgreSQL read.
const others = ["NODE_ENV", "PGPASSWORD", "POSTGRES_USER", "POSTGRES_PASSWORD"]

const unknownSettings = (names) =>
  names.filter((name) => ![...settings, ...others].includes(name)).map((name) => `${name} is not a setting`)

/** What the command does not know of some words, as in `sync --registry kdca`. */
const unknownWords = (words) => {
  const [command, ...rest] = words
  const [, section] = read("docs/cli.md").split(new RegExp(`^## trials ${command}$`, "m"))
  if (section === undefined) return [`trials has no command ${command}`]
  const [own] = section.split(/^## /m)
  return rest
    .filter((word) => word.startsWith("--") && !new RegExp(`^${word}\\b`, "m").test(own))
    .map((word) => `trials ${command} has no option ${word}`)
}

const programs = { "/trials.js": unknownWords, "/api.js": () => [] }

/** What is wrong with the words that Node gets in the image. */
const unknownProgram = ([program, ...words]) =>
  programs[program]?.(words) ?? [`the image has no program ${program}`]

const compose = () => {
  const { services } = parse(read("compose.yaml"), { merge: true })
  return Object.values(services).flatMap(({ build, command, entrypoint = ["node"], environment }) => [
    ...unknownSettings(Object.keys(environment ?? {})),
    ...(build === undefined ? [] : unknownProgram([...entrypoint.slice(1), ...(command ?? ["/api.js"])]))
  ])
}

const manifest = (file) =>
  parseAllDocuments(read(file)).flatMap((document) => {
    const { spec } = document.toJS()
    const pod = (spec.jobTemplate ?? spec).spec?.template?.spec ?? spec.template?.spec
    return [
      ...document.errors.map(({ message }) => message),
      ...(pod?.containers ?? []).flatMap(({ args, env = [] }) => [
        ...unknownProgram(args),
        ...unknownSettings(env.map(({ name }) => name))
      ])
    ]
  })

const unit = (file) => {
  const text = read(file)
  const programs = [
    ...text.matchAll(/^ExecStart=\/usr\/bin\/node \/opt\/trials\/node_modules\/(\S+) ?(.*)$/gm)
  ]
  return [
    ...unknownSettings([...text.matchAll(/^Environment=([A-Z_]+)=/gm)].map(([, name]) => name)),
    ...(file.endsWith(".service") && programs.length !== 1 ? ["starts no program of ours"] : []),
    ...programs.flatMap(([, path, words]) => {
      const app = path.replace(/^trials-/, "apps/")
      if (!existsSync(join(root, app))) return [`${path} is not published`]
      return path.startsWith("trials-batch/") ? unknownWords(words.split(" ")) : []
    })
  ]
}

/** Whether a path gets into the build, as .dockerignore says: the last pattern that fits decides. */
const isBuiltFrom = (path) =>
  read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .reduce((is, line) => {
      const expression = line
        .replace(/^!/, "")
        .replace(/\*\*\/|\*|\./g, (part) => ({ "**/": "(?:.+/)?", "*": "[^/]*", ".": "\\." })[part])
      return new RegExp(`^${expression}(?:/|$)`).test(path) ? line.startsWith("!") : is
    }, true)

const needed = ["package.json", "package-lock.json", "tsconfig.json", "turbo.json", "scripts/prepare.mjs"]
const secret = [".env", "apps/api/.env.local", "data/trials.db", "apps/batch/data/trials.db", ".git/config"]

const image = () => [
  ...[...needed, "packages/trials-domain/sample/kdca.json", "apps/api/bin/trials-api.js"]
    .filter((path) => !existsSync(join(root, path)) || !isBuiltFrom(path))
    .map((path) => `${path} does not get into the build`),
  ...[...secret, "node_modules/effect/package.json", "apps/api/test/Image.test.ts"]
    .filter(isBuiltFrom)
    .map((path) => `${path} gets into the build`),
  ...[...read("Dockerfile").matchAll(/\b(?:scripts|apps)\/[\w./-]+/g)]
    .filter(([path]) => !existsSync(join(root, path)))
    .map(([path]) => `Dockerfile: ${path} is not there`)
]

const { homepage } = JSON.parse(read("package.json"))
const name = homepage.replace("https://github.com/", "ghcr.io/").replace("#readme", "")

/** Where a file names another image than that of this repository. */
const otherImages = (file) =>
  [...read(file).matchAll(/ghcr\.io\/[^\s:]+(?=:)/g)]
    .filter(([image]) => image !== name)
    .map(([image]) => `${file}: ${image} is not ${name}`)

/** What is wrong with what is deployed; null where nothing is. */
export const deployed = () => {
  const flaws = [
    ...image(),
    ...otherVersions(),
    ...["compose.yaml", "docs/operations.md", ...below].flatMap(otherImages),
    ...compose().map((flaw) => `compose.yaml: ${flaw}`),
    ...below.flatMap((file) =>
      (file.endsWith(".yaml") ? manifest(file) : unit(file)).map((flaw) => `${file}: ${flaw}`)
    )
  ]
  return flaws.length === 0 ? null : flaws.join("\n")
}
