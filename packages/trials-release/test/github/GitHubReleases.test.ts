import { expect, test } from "vitest"
import { parseAddress } from "../../src/github/GitHubAddress.js"
import { GitHubReleases } from "../../src/github/GitHubReleases.js"
import { there } from "./Server.js"

const text = (stream: ReadableStream<Uint8Array>) => new Response(stream).text()

const file = (bytes: string) => ({
  name: "runs.ndjson.gz",
  size: bytes.length,
  stream: () => new Blob([bytes]).stream()
})

test("an address is a repository or one of its releases", () => {
  const repository = "acme/trials-data"
  expect(parseAddress("https://github.com/acme/trials-data")).toEqual({ repository, tag: null })
  expect(parseAddress("https://github.com/acme/trials-data.git/")).toEqual({ repository, tag: null })
  expect(parseAddress("https://github.com/acme/trials-data/releases/tag/data-000123")).toEqual({
    repository,
    tag: "data-000123"
  })
  expect(parseAddress("https://git.acme.test/a/b", "https://git.acme.test/")).toEqual({
    repository: "a/b",
    tag: null
  })
  for (const other of [
    "https://github.com/acme",
    "https://github.com/acme/a/b",
    "https://github.com/acme/a/releases/tag/v1",
    "https://github.com.evil.test/acme/a",
    "http://github.com/acme/a",
    "https://github.com/acme/../x"
  ]) {
    expect(parseAddress(other), other).toBeNull()
  }
})

test(
  "the numbers come from the tags of all pages, and tags of other kinds do not count",
  there(async ({ releases, server }) => {
    expect(await releases.tags()).toEqual([])
    server.pageSize = 2
    for (const tag of ["data-000010", "data-000002", "data-1000000", "data-7", "data-old", "data-000009"]) {
      server.publish(tag)
    }
    expect(await releases.tags()).toEqual([2, 9, 10, 1_000_000])
    expect((await releases.list()).map(({ tag }) => tag)).toHaveLength(6)
  })
)

test(
  "a download follows to the storage without the token",
  there(async ({ releases, server }) => {
    server.publish("data-000001", "", new Map([["runs.ndjson.gz", Buffer.from("bytes")]]))
    const [asset] = (await releases.release("data-000001")).assets
    if (asset === undefined) throw new Error("no asset")
    expect(asset).toMatchObject({ name: "runs.ndjson.gz", size: 5, whole: true })
    expect(await text(await releases.download(asset))).toBe("bytes")
    const carried = server.asked.map(({ authorization, host }) => [host, authorization !== null])
    expect(carried.slice(-2)).toEqual([
      ["api", true],
      ["storage", false]
    ])
  })
)

test(
  "a download that breaks off is unreachable, not short",
  there(async ({ releases, server }) => {
    server.publish("data-000001", "", new Map([["runs.ndjson.gz", Buffer.alloc(200_000, "x")]]))
    const [asset] = (await releases.release("data-000001")).assets
    if (asset === undefined) throw new Error("no asset")
    server.meet = ({ host }) => (host === "storage" ? { cut: true } : undefined)
    await expect(releases.download(asset).then(text)).rejects.toMatchObject({ reason: "unreachable" })
  })
)

test(
  "what fails in passing is tried again, what GitHub refuses is not",
  there(async ({ releases, server }) => {
    let n = 0
    server.meet = () => ((n += 1) === 1 ? { status: 502 } : n === 2 ? { status: 429 } : undefined)
    expect(await releases.tags()).toEqual([])
    expect(n).toBe(3)
    server.meet = () => ({ status: 503 })
    await expect(releases.tags()).rejects.toMatchObject({ reason: "unreachable" })
    n = 0
    server.meet = () => ((n += 1), { status: 403 })
    await expect(releases.tags()).rejects.toMatchObject({ reason: "refused" })
    expect(n).toBe(1)
    server.meet = () => undefined
    await expect(releases.release("data-000009")).rejects.toMatchObject({ reason: "none" })
    const { api, repository } = server
    const stranger = new GitHubReleases(repository, { api, token: "wrong", pause: 1 })
    await expect(stranger.tags()).rejects.toMatchObject({ reason: "refused" })
    await expect(new GitHubReleases(repository, { api }).tags()).rejects.toMatchObject({
      reason: "none",
      message: expect.stringContaining("GITHUB_TOKEN")
    })
    const nobody = new GitHubReleases(repository, { api: "http://127.0.0.1:9", pause: 1 })
    await expect(nobody.tags()).rejects.toMatchObject({ reason: "unreachable" })
  })
)

test(
  "a limit that ends too late is reported, and one that ends soon is waited for",
  there(async ({ releases, server }) => {
    let n = 0
    server.meet = () => ((n += 1) === 1 ? { status: 403, headers: { "retry-after": "1" } } : undefined)
    expect(await releases.tags()).toEqual([])
    const reset = String(Math.ceil(Date.now() / 1000) + 3600)
    server.meet = () => ({
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }
    })
    await expect(releases.tags()).rejects.toMatchObject({ reason: "unreachable" })
  })
)

test(
  "a broken upload leaves its name, which is cleared before the next try",
  there(async ({ releases, server }) => {
    const draft = await releases.draft({ tag: "data-000001", name: "data-000001", body: "" })
    let n = 0
    server.meet = ({ host }) => (host === "uploads" && (n += 1) === 1 ? { status: 502 } : undefined)
    expect(await releases.upload(draft, file("bytes"))).toMatchObject({ size: 5, whole: true })
    expect(server.published).toEqual([])
    await releases.publish(draft)
    expect(server.published).toEqual(["data-000001"])
    expect(server.files("data-000001").get("runs.ndjson.gz")?.toString()).toBe("bytes")
    expect(server.releases.map(({ latest }) => latest)).toEqual(["false"])
  })
)

test(
  "a tag is published once; deleting a release deletes its tag, and twice is no failure",
  there(async ({ releases, server }) => {
    const draft = { tag: "data-000001", name: "data-000001", body: "" }
    const [one, other] = [await releases.draft(draft), await releases.draft(draft)]
    const published = await releases.publish(one)
    await expect(releases.publish(other)).rejects.toMatchObject({ reason: "taken" })
    await releases.delete(other)
    expect([...server.tags.keys()]).toEqual(["data-000001"])
    await releases.delete(published)
    await releases.delete(published)
    expect([server.releases, [...server.tags]]).toEqual([[], []])
  })
)

test(
  "an answer that repeats the token, or goes on and on, is told without it, and short",
  there(async ({ releases, server }) => {
    server.meet = () => ({ status: 403, json: { message: `Bearer ${server.token} ${"x".repeat(10_000)}` } })
    const told = await releases.tags().then(
      () => "",
      (error: unknown) => String(error)
    )
    expect(told).toContain("answered 403")
    expect(told).not.toContain(server.token)
    expect(told.length).toBeLessThan(500)
  })
)
