import { fileURLToPath } from "node:url"
import { join } from "node:path"
import { GitHubServer } from "trials-testkit/GitHubServer"
import { afterAll, beforeAll, expect, test } from "vitest"
import { here } from "./Within.js"

const sample = fileURLToPath(new URL("../../../packages/trials-domain/sample/kdca.json", import.meta.url))

let server: GitHubServer
beforeAll(async () => void (server = await GitHubServer.start()))
afterAll(() => server.stop())

test(
  "a packed release is published, verified and restored by the command alone",
  here(async ({ folder, run }) => {
    const address = `https://github.com/${server.repository}`
    const settings = { GITHUB_API_URL: server.api, GITHUB_TOKEN: server.token }
    const out = join(folder, "releases")
    const packed = join(out, "data-000001")
    const publish = ["release", "publish", packed, "--to", address, "--json"]

    await run(["sync", "--registry", "kdca", "--from", sample, "--init", "--quiet"])
    expect(
      (await run(["release", "pack", "--parent", address, "--first", "--out", out], settings)).code
    ).toBe(0)
    const keyless = await run(publish, { GITHUB_API_URL: server.api })
    expect([keyless.code, keyless.stderr]).toEqual([2, expect.stringContaining("GITHUB_TOKEN")])
    const elsewhere = ["release", "publish", packed, "--to", "https://example.org/a"]
    expect((await run(elsewhere, settings)).code).toBe(2)
    const published = await run(publish, settings)
    expect(published.code, published.stderr).toBe(0)
    expect(JSON.parse(published.stdout)).toMatchObject({ tag: "data-000001", number: 1 })
    expect(server.published).toEqual(["data-000001"])
    expect((await run(publish, settings)).code).toBe(7)
    expect((await run(["release", "verify", address], settings)).code).toBe(0)
    const restored = await run(["release", "restore", address, "--json"], {
      ...settings,
      TRIALS_DATABASE_URL: `sqlite:${join(folder, "copy.db")}`
    })
    expect(JSON.parse(restored.stdout)).toMatchObject({ tag: "data-000001", trials: 145 })
    for (const { authorization, host } of server.asked) {
      if (host === "storage") expect(authorization).toBeNull()
    }
    expect(JSON.stringify([published, restored, keyless])).not.toContain(server.token)
  })
)
