import { appendFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { publish } from "../../src/github/Publication.js"
import { readNote } from "../../src/github/ReleaseNote.js"
import { packed, there } from "./Server.js"

test(
  "a packed folder is published whole, and the next one follows",
  there(async ({ folder, releases, server }) => {
    expect(await publish(releases, packed(folder, 1), { commit: "abc" })).toMatchObject({
      tag: "data-000001",
      number: 1,
      files: 4
    })
    await publish(releases, packed(folder, 2, 1))
    expect(server.published).toEqual(["data-000001", "data-000002"])
    expect([...server.files("data-000002").keys()].toSorted()).toEqual([
      "SHA256SUMS",
      "manifest.json",
      "runs.ndjson.gz",
      "versions-0000000001.ndjson.gz"
    ])
    const [first, second] = server.releases
    expect(first?.commit).toBe("abc")
    expect(readNote(second?.body ?? "")).toEqual({ number: 2, base: 1, month: "2026-11" })
    expect(second?.body).toContain("| KDCA   clinical research | complete | KDCA | not confirmed |")
  })
)

test(
  "what does not follow the newest release is refused as a fork, before and after the upload",
  there(async ({ folder, releases, server }) => {
    const refused = (path: string) =>
      expect(publish(releases, path), path).rejects.toMatchObject({ reason: "forked" })
    const anew = (number: number, ...more: ReadonlyArray<number>) => {
      rmSync(join(folder, `data-00000${number}`), { recursive: true, force: true })
      return packed(folder, number, ...more)
    }
    await refused(packed(folder, 2))
    await publish(releases, packed(folder, 1))
    await publish(releases, anew(2))
    for (const number of [1, 2]) await refused(join(folder, `data-00000${number}`))
    await refused(packed(folder, 4))
    // Its base is not there, and it does not go on from the newest.
    await refused(packed(folder, 3, 9))
    await refused(anew(3, 3, 1))
    expect(server.releases).toHaveLength(2)
    server.meet = ({ host, path }) => {
      if (host === "uploads" && path.includes("SHA256SUMS")) server.publish("data-000003")
      return undefined
    }
    await refused(anew(3))
    expect(server.published).toEqual(["data-000001", "data-000002", "data-000003"])
  })
)

test(
  "a release of another line is refused, though its number is right; a withdrawn one may be passed over",
  there(async ({ folder, releases, server }) => {
    await publish(releases, packed(folder, 1))
    const ours = packed(folder, 2)
    // Another line has a first release of its own.
    writeFileSync(join(folder, "data-000001", "manifest.json"), "{}")
    rmSync(ours, { recursive: true })
    await expect(publish(releases, packed(folder, 2))).rejects.toMatchObject({ reason: "forked" })

    rmSync(join(folder, "data-000001"), { recursive: true })
    packed(folder, 1)
    rmSync(join(folder, "data-000002"), { recursive: true })
    await publish(releases, packed(folder, 2))
    const third = packed(folder, 3, 3, 1)
    await expect(publish(releases, third)).rejects.toMatchObject({ reason: "forked" })
    // The release goes, its tag stays.
    server.releases.splice(1, 1)
    await publish(releases, third)
    expect(server.published).toEqual(["data-000001", "data-000003"])
  })
)

test(
  "another runner that publishes at the last moment wins",
  there(async ({ folder, releases, server }) => {
    server.meet = ({ method }) => {
      if (method === "PATCH") server.publish("data-000001", "theirs")
      return undefined
    }
    await expect(publish(releases, packed(folder, 1))).rejects.toMatchObject({ reason: "forked" })
    expect(server.releases.filter(({ draft }) => !draft).map(({ body }) => body)).toEqual(["theirs"])
  })
)

test(
  "an upload that fails leaves only a draft",
  there(async ({ folder, releases, server }) => {
    server.meet = ({ host, path }) =>
      host === "uploads" && path.includes("runs") ? { status: 502 } : undefined
    await expect(publish(releases, packed(folder, 1))).rejects.toMatchObject({ reason: "unreachable" })
    expect(server.releases.map(({ draft }) => draft)).toEqual([true])
    expect([...server.tags]).toEqual([])
    server.meet = () => undefined
    await publish(releases, join(folder, "data-000001"))
    expect(server.published).toEqual(["data-000001"])
  })
)

test(
  "a folder that is not what was packed is not published",
  there(async ({ folder, releases, server }) => {
    const changed = packed(folder, 1)
    appendFileSync(join(changed, "runs.ndjson.gz"), "x")
    await expect(publish(releases, changed)).rejects.toMatchObject({ reason: "damaged" })
    rmSync(join(changed, "runs.ndjson.gz"))
    await expect(publish(releases, changed)).rejects.toMatchObject({ reason: "damaged" })
    const more = packed(folder, 2)
    writeFileSync(join(more, "trials.db"), "")
    await expect(publish(releases, more)).rejects.toMatchObject({ reason: "damaged" })
    await expect(publish(releases, join(folder, "none"))).rejects.toMatchObject({ reason: "none" })
    expect(server.asked).toEqual([])
  })
)
