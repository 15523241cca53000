import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { GitHubServer } from "trials-testkit/GitHubServer"
import { GitHubReleases } from "../../src/github/GitHubReleases.js"
import { tagOf } from "../../src/Tag.js"

/** A fake GitHub, its releases as a client sees them, and a folder: for one test. */
export interface There {
  readonly server: GitHubServer
  readonly releases: GitHubReleases
  readonly folder: string
}

/** Runs a test with a server and a folder that go with it. */
export const there = (test: (it: There) => Promise<void>) => async (): Promise<void> => {
  const server = await GitHubServer.start()
  const folder = mkdtempSync(join(tmpdir(), "trials-github-"))
  try {
    const { api, token } = server
    await test({ server, folder, releases: new GitHubReleases(server.repository, { api, token, pause: 1 }) })
  } finally {
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex")

/** Writes a folder as `trials release pack` does, with two parts of nothing in particular. */
export const packed = (folder: string, number: number, base = number, parent = number - 1): string => {
  const out = join(folder, tagOf(number))
  mkdirSync(out)
  const before = join(folder, tagOf(parent), "manifest.json")
  const manifest = {
    number,
    base,
    parent:
      parent === 0
        ? null
        : { number: parent, sha256: existsSync(before) ? sha256(readFileSync(before)) : sha256("") },
    month: "2026-11",
    counts: { trials: 145, versions: 145 },
    registries: [
      {
        name: "kdca",
        title: "KDCA | clinical research",
        attribution: "KDCA",
        licence: null,
        lastRun: { verdict: "complete" }
      }
    ]
  }
  const files = {
    "manifest.json": JSON.stringify(manifest),
    "runs.ndjson.gz": "runs".repeat(10_000),
    "versions-0000000001.ndjson.gz": `versions of ${number}`
  }
  const sums = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(out, name), text)
    return `${sha256(text)}  ${name}\n`
  })
  writeFileSync(join(out, "SHA256SUMS"), sums.join(""))
  return out
}
