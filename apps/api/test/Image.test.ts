import { once } from "node:events"
import { createServer } from "node:net"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { ImageBuilt, whyNot } from "./ImageBuilt.js"

const minutes = 60_000

const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  return String(typeof address === "object" ? address?.port : "")
}

describe.skipIf(whyNot !== null)(`the image${whyNot === null ? "" : ` (needs ${whyNot})`}`, () => {
  const image = new ImageBuilt()
  const sample = "/app/packages/trials-domain/sample/kdca.json"

  beforeAll(() => image.build(), 40 * minutes)
  afterAll(() => image.remove(), 5 * minutes)

  it("says what it is, and adds less than 120 MB to the image of Node", { timeout: minutes }, async () => {
    expect(image.config).toMatchObject({
      User: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
      Entrypoint: ["node"],
      Cmd: ["/api.js"],
      WorkingDir: "/data",
      Volumes: { "/data": {} },
      Labels: { "org.opencontainers.image.licenses": "MIT" }
    })
    const size = await image.size("/app")
    expect(size).toBeGreaterThan(10)
    expect(size).toBeLessThan(120)
  })

  it("runs as a plain user on a root that nobody can write", { timeout: minutes }, async () => {
    const tries = `const fs = require("node:fs")
      const wrote = (file) => { try { fs.writeFileSync(file, ""); fs.rmSync(file); return "" } catch ({ code }) { return code } }
      console.log(JSON.stringify([process.pid, process.getuid(), ["/x", "/app/x", "/tmp/x", "/data/x"].map(wrote)]))`
    const { code, said } = await image.start(["-e", tries]).ended
    expect([code, JSON.parse(said)]).toEqual([0, [1, 10001, ["EROFS", "EROFS", "EROFS", ""]]])
  })

  it(
    "collects, serves what it has collected, is healthy, and ends within 5 s of SIGTERM",
    { timeout: 3 * minutes },
    async () => {
      const sync = (...more: ReadonlyArray<string>) =>
        image.start(["/trials.js", "sync", "--registry", "kdca", "--from", sample, ...more]).ended
      expect(await sync()).toMatchObject({ code: 2, said: expect.stringContaining("--init") })
      expect(await sync("--init")).toMatchObject({ code: 0, said: expect.stringContaining("145 created") })
      expect(await sync()).toMatchObject({ code: 0, said: expect.stringContaining("145 unchanged") })

      const env = { TRIALS_API_PORT: await freePort() }
      const [, ...health] = image.config?.Healthcheck.Test ?? []
      const healthy = async () => (await image.start(health.slice(1), env).ended).code
      expect([health[0], await healthy()]).toEqual(["node", 1])
      const api = image.start(image.config?.Cmd ?? [], env)
      await vi.waitFor(() => expect(api.out()).toContain("The API is at"), { timeout: 30_000 })
      const answer = await fetch(`http://127.0.0.1:${env.TRIALS_API_PORT}/v1/trials?limit=1`)
      expect(await answer.json()).toMatchObject({ total: { value: 145 } })
      expect(await healthy()).toBe(0)
      const signalled = Date.now()
      process.kill(api.pid, "SIGTERM")
      expect(await api.ended).toMatchObject({ code: 0 })
      expect(Date.now() - signalled).toBeLessThan(5000)
    }
  )
})
