/**
 * The places that hold releases, by their address: a folder, a plain web server, the releases of a repository on GitHub.
 *
 * @module
 */
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { open, readdir } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { Readable } from "node:stream"
import {
  type GitHubAddress,
  GitHubError,
  GitHubReleases,
  type GitHubSettings,
  parseAddress,
  publish as publishTo,
  type Published
} from "./github/index.js"
import { numberOf, tagOf } from "./Tag.js"
import { inTime, patient } from "./Patience.js"
import { manifestFile, type ReleasePlace } from "./Release.js"
import { fromCause, ReleaseError } from "./ReleaseError.js"

const unnamed = (where: string, example: string) =>
  new ReleaseError({
    reason: "refused",
    message: `${where} is not called as a release is: ${example}.`
  })

/** The releases in a folder: `FOLDER/data-000123`, or the one that the folder is. */
export const inFolder = (path: string): Effect.Effect<ReleasePlace, ReleaseError> =>
  Effect.gen(function* () {
    const one = existsSync(join(path, manifestFile))
    const named = one ? numberOf(basename(resolve(path))) : null
    if (one && named === null) return yield* unnamed(path, `name the folder ${tagOf(123)} again`)
    const home = one ? dirname(resolve(path)) : path
    const newest = Effect.tryPromise({
      try: async () => {
        if (!existsSync(home)) return null
        const numbers = (await readdir(home)).flatMap((name) => numberOf(name) ?? [])
        return numbers.length === 0 ? null : Math.max(...numbers)
      },
      catch: fromCause
    })
    return {
      where: path,
      wanted: named === null ? newest : Effect.succeed(named),
      newest,
      files: (number) => {
        const folder = join(home, tagOf(number))
        return {
          where: folder,
          open: (file) =>
            Effect.tryPromise({
              try: async () => (await open(join(folder, file))).createReadStream(),
              catch: fromCause
            })
        }
      }
    }
  })

/** One release on a plain web server, with its base beside it: `https://example.org/trials/data-000123`. */
export const onServer = (
  address: string,
  get: typeof fetch = fetch
): Effect.Effect<ReleasePlace, ReleaseError> =>
  Effect.gen(function* () {
    const [, home, tag = ""] = /^(.*\/)([^/]+)\/?$/.exec(address) ?? []
    const number = numberOf(tag)
    if (home === undefined || number === null)
      return yield* unnamed(address, `the address of one ends like …/${tagOf(123)}`)
    return {
      where: address,
      wanted: Effect.succeed(number),
      newest: Effect.succeed(number),
      files: (release) => {
        const where = `${home}${tagOf(release)}`
        return { where, open: (file) => fetched(get, `${where}/${file}`, where) }
      }
    }
  })

// A server that says nothing for so long has gone.
const patience = 60_000

/** The pieces of a body as they come. */
async function* piecesOf(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}

const streamOf = (body: ReadableStream<Uint8Array>): Readable =>
  Readable.from(piecesOf(body), { objectMode: false })

const fetched = (get: typeof fetch, url: string, where: string): Effect.Effect<Readable, ReleaseError> =>
  Effect.gen(function* () {
    const unreachable = (what: string) =>
      new ReleaseError({
        reason: "unreachable",
        message: `${where} cannot be read now: ${what}. Try again later.`
      })
    const response = yield* Effect.tryPromise({
      try: (signal) => inTime(get(url, { signal, headers: { "accept-encoding": "identity" } }), patience),
      catch: () => unreachable("the server does not answer")
    })
    if (response.status === 404 || response.status === 410) {
      return yield* new ReleaseError({ reason: "none", message: `There is no release at ${where}.` })
    }
    if (response.headers.get("content-encoding") !== null) {
      return yield* new ReleaseError({
        reason: "refused",
        message: `${where} is served with a Content-Encoding, which changes its files. Have the server send .gz files as they are.`
      })
    }
    if (!response.ok || response.body === null)
      return yield* unreachable(`the server answers ${response.status}`)
    return streamOf(patient(response.body, patience, () => unreachable("it broke off")))
  })

/** What reading from GitHub takes. */
export interface GitHubOptions extends GitHubSettings {
  /** `https://github.com` unless given. */
  readonly server?: string | undefined
}

const asReleaseError = (cause: unknown): ReleaseError =>
  cause instanceof GitHubError
    ? new ReleaseError({ reason: cause.reason, message: cause.message })
    : fromCause(cause)

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, ReleaseError> =>
  Effect.tryPromise({ try: run, catch: asReleaseError })

/** The releases of a repository on GitHub: the newest is meant, or the one whose tag is named. */
export const onGitHub = ({ repository, tag }: GitHubAddress, options: GitHubOptions = {}): ReleasePlace => {
  const releases = new GitHubReleases(repository, options)
  const newest = attempt(async () => (await releases.tags()).at(-1) ?? null)
  const found = new Map<number, ReturnType<GitHubReleases["release"]>>()
  const release = (number: number) => {
    const asked = found.get(number) ?? releases.release(tagOf(number))
    found.set(number, asked)
    return asked
  }
  const address = `${options.server ?? "https://github.com"}/${repository}`
  return {
    where: tag === null ? address : `${address}/releases/tag/${tag}`,
    wanted: tag === null ? newest : Effect.succeed(numberOf(tag)),
    newest,
    files: (number) => {
      const where = `${tagOf(number)} of ${repository}`
      return {
        where,
        open: (file) =>
          attempt(async () => {
            const asset = (await release(number)).assets.find(({ name }) => name === file)
            if (asset === undefined)
              throw new ReleaseError({ reason: "none", message: `${where} has no ${file}.` })
            return streamOf(await releases.download(asset))
          })
      }
    }
  }
}

/** The place at an address: of a folder, of a release on a web server, of a repository on GitHub or one release in it. */
export const at = (
  address: string,
  options: GitHubOptions = {}
): Effect.Effect<ReleasePlace, ReleaseError> => {
  const repository = parseAddress(address, options.server)
  if (repository !== null) return Effect.succeed(onGitHub(repository, options))
  return /^https?:\/\//.test(address) ? onServer(address, options.fetch) : inFolder(address)
}

/** Publishes a packed release in a repository on GitHub. */
export const publish = (
  folder: string,
  address: string,
  options: GitHubOptions
): Effect.Effect<Published, ReleaseError> =>
  Effect.gen(function* () {
    const repository = parseAddress(address, options.server)
    if (repository === null || repository.tag !== null) {
      return yield* new ReleaseError({
        reason: "refused",
        message: `${address} is no repository on GitHub. Name one, as in https://github.com/acme/trials-data.`
      })
    }
    return yield* attempt(() => publishTo(new GitHubReleases(repository.repository, options), folder))
  })
