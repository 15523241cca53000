import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, request, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { type AddressInfo, connect, type Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Batch } from "./Batch.js"
import { expectHidden, key } from "./Canary.js"
import { rows } from "./Rows.js"
import { type Told, upstreamForAll, within } from "./Within.js"

const edition = { uddi: "uddi:11111111-1111-1111-1111-111111111111", date: "20260930", rows: rows(3) }

const started = upstreamForAll({ key, editions: [edition] })
const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? 0 // all listen on TCP

const open: Array<{ readonly close: () => unknown }> = []
const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => {
    open.push({ close: () => server.close().closeAllConnections() })
    server.listen(0, "127.0.0.1", () => resolve(server))
  })
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

/** A server does not close the sockets of its tunnels. */
const closing = (socket: Socket): Socket => {
  open.push({ close: () => socket.destroy() })
  return socket.on("error", () => undefined)
}

/** The upstream behind an untrusted certificate, and the number of connections to it. */
const secure = async () => {
  const file = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
  const connected = { times: 0 }
  const server = createTlsServer(
    { cert: file("self-signed.pem"), key: file("self-signed.key.pem") },
    (from, to) =>
      from.pipe(
        request(`${started().baseUrl}${from.url}`, { headers: from.headers }, (answer) => answer.pipe(to))
      )
  )
  server.on("connection", () => (connected.times += 1))
  return { connected, port: portOf(await listening(server)) }
}

const count = ["count", "--registry", "kdca", "--json"]

const settings = (more: Readonly<Record<string, string>>) => ({
  ODCLOUD_SERVICE_KEY: key,
  ODCLOUD_BASE_URL: started().baseUrl,
  ODCLOUD_SPEC_URL: started().specUrl,
  ...more
})

/** Runs a command, and searches everything that it says for the key. */
const trials = async (more: Readonly<Record<string, string>>): Promise<Told> => {
  const told = await within(count, settings(more))
  expectHidden({ stdout: told.stdout, stderr: told.stderr, spans: told.spans })
  return told
}

const errorOf = ({ stdout }: Told): { readonly code: string; readonly message: string } =>
  JSON.parse(stdout).error

const retried = ({ stderr }: Told): number => stderr.split("Trying again").length - 1

describe("a registry that cannot be reached", () => {
  it("is reported as a port on which nothing listens", async () => {
    const server = await listening(createServer())
    const gone = `http://127.0.0.1:${portOf(server)}`
    await new Promise((closed) => server.close(closed))
    const told = await trials({ ODCLOUD_BASE_URL: `${gone}/a-secret-path` })
    expect(told.exit).toBe(4)
    expect(errorOf(told).code).toBe("network")
    expect(errorOf(told).message).toMatch(/nothing listens there \(ECONNREFUSED\).*ODCLOUD_BASE_URL/)
    expect(told.stderr).not.toContain("a-secret-path")
    expect(retried(told)).toBe(4)
  })

  it("is reported as an unknown name, for the list of editions too", async () => {
    const nowhere = "http://nobody.invalid"
    const told = await trials({ ODCLOUD_BASE_URL: nowhere, TRIALS_UPSTREAM_DEADLINE: "20 seconds" })
    expect(told.exit).toBe(4)
    expect(errorOf(told).message).toMatch(/\((ENOTFOUND|EAI_AGAIN)\).*ODCLOUD_BASE_URL/)
    const pinned = await trials({
      ODCLOUD_SPEC_URL: nowhere,
      ODCLOUD_REVISION: edition.uddi,
      TRIALS_UPSTREAM_DEADLINE: "20 seconds"
    })
    expect(pinned.exit).toBe(0)
    expect(pinned.stderr).toMatch(/list of editions could not be read.*\((ENOTFOUND|EAI_AGAIN)\)/)
  })

  it("is asked once if its certificate is not trusted, with exit code 2 and what to do", async () => {
    const { connected, port } = await secure()
    const at = { ODCLOUD_BASE_URL: `https://127.0.0.1:${port}` }
    const told = await trials(at)
    expect(told.exit).toBe(2)
    expect(errorOf(told).code).toBe("certificate")
    expect(errorOf(told).message).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/)
    expect(connected.times).toBe(1)
    expect(retried(told)).toBe(0)

    const batch = new Batch(settings(at))
    const NODE_EXTRA_CA_CERTS = fileURLToPath(new URL("./fixtures/self-signed.pem", import.meta.url))
    const trusted = await batch.run(count, { NODE_EXTRA_CA_CERTS })
    batch.remove()
    expect(trusted.stderr).toBe("")
    expect(JSON.parse(trusted.stdout)).toMatchObject({ count: 3 })
  })
})

describe("a proxy", () => {
  /** What the proxy was asked for, each with its credentials. */
  const asked: Array<readonly [what: string, credentials: string | undefined]> = []
  let proxy: string
  let refusal: number | undefined
  let tunnelTo: number
  beforeEach(async () => {
    asked.length = 0
    refusal = undefined
    const see = (from: IncomingMessage) =>
      void asked.push([`${from.method} ${from.url}`, from.headers["proxy-authorization"]])
    const server = createServer((from, to) => {
      see(from)
      if (refusal !== undefined) return void to.writeHead(refusal).end()
      const { pathname, search } = new URL(from.url ?? "")
      request(`${started().baseUrl}${pathname}${search}`, { headers: from.headers }, (answer) => {
        answer.pipe(to.writeHead(answer.statusCode ?? 502))
      }).end()
    })
    server.on("connect", (from, socket: Socket) => {
      see(from)
      closing(socket)
      if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} Refused\r\n\r\n`)
      const target = closing(connect(tunnelTo, "127.0.0.1"))
      socket.write("HTTP/1.1 200 Connected\r\n\r\n")
      target.pipe(socket).pipe(target)
    })
    proxy = `http://127.0.0.1:${portOf(await listening(server))}`
  })
  const withUser = (user: string) => proxy.replace("//", `//${user}@`)

  // Only the proxy knows this name.
  const named = {
    ODCLOUD_BASE_URL: "http://registry.test",
    ODCLOUD_SPEC_URL: "http://registry.test/oas/docs",
    TRIALS_UPSTREAM_DEADLINE: "20 seconds"
  }

  it.each(["HTTP_PROXY", "http_proxy"])("of %s gets requests for http, with its password", async (name) => {
    const told = await trials({ ...named, [name]: withUser("me:pass%2Fword") })
    expect(told.stderr).toBe("")
    expect(JSON.parse(told.stdout)).toMatchObject({ count: 3 })
    const credentials = `Basic ${Buffer.from("me:pass/word").toString("base64")}`
    expect(asked).toEqual([
      [expect.stringMatching(/^GET http:\/\/registry\.test\/oas\/docs\?/), credentials],
      [expect.stringMatching(/^GET http:\/\/registry\.test\/api\//), credentials]
    ])
    for (const text of [told.stderr, told.spans]) expect(text).not.toMatch(/pass.*word/)
  })

  it("of HTTPS_PROXY is asked for a tunnel to https, and the certificate behind it is checked", async () => {
    const { connected, port } = await secure()
    tunnelTo = port
    const told = await trials({ ODCLOUD_BASE_URL: "https://registry.test", HTTPS_PROXY: proxy })
    expect(asked).toEqual([["CONNECT registry.test:443", undefined]])
    expect(connected.times).toBe(1)
    expect([told.exit, errorOf(told).code]).toEqual([2, "certificate"])
  })

  it("is not used for the hosts of NO_PROXY, and never for this machine", async () => {
    const direct = await trials({ ...named, HTTP_PROXY: proxy, NO_PROXY: "example.org,.test" })
    expect(errorOf(direct).message).toMatch(/\((ENOTFOUND|EAI_AGAIN)\)/)
    const loopback = await trials({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: "example.org" })
    expect(JSON.parse(loopback.stdout)).toMatchObject({ count: 3 })
    expect(asked).toEqual([])
  })

  it.each([
    ["https://registry.test", 407, "proxy", 2, 1],
    ["http://registry.test", 407, "proxy", 2, 1],
    ["https://registry.test", 403, "proxy", 2, 1],
    ["https://registry.test", 502, "network", 4, 5]
  ])("that refuses %s with %s is %s, exit code %s", async (url, status, code, exit, times) => {
    refusal = status
    const HTTP_PROXY = withUser("me:secret-word")
    const told = await trials({ ODCLOUD_BASE_URL: url, HTTP_PROXY })
    expect([errorOf(told).code, told.exit]).toEqual([code, exit])
    expect(errorOf(told).message).toContain(`(${status})`)
    expect(asked).toHaveLength(times)
    expect(told.stdout + told.stderr + told.spans).not.toContain("secret-word")
  })

  it.each([
    "not an address: secret-word",
    "proxy.example:3128/secret-word",
    "ftp://me:secret-word@proxy.example",
    "http://me:%secret-word@proxy.example"
  ])("at %j is refused, with the name of its setting", async (address) => {
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY"]) {
      const told = await trials({ [name]: address })
      expect([told.exit, errorOf(told).code]).toEqual([2, "setting"])
      expect(errorOf(told).message).toContain(`${name} must be`)
      expect(told.stdout + told.stderr + told.spans).not.toContain("secret-word")
    }
  })
})
