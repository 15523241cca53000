import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import { freePort } from "./PostgresServer.js"

const program = spawnSync("sh", ["-c", "PATH=$PATH:/usr/sbin command -v pgbouncer"], { encoding: "utf8" })

/** Debian's PgBouncer; null where it is not installed. */
export const pgBouncer: string | null = program.status === 0 ? program.stdout.trim() : null

export interface PgBouncerOptions {
  readonly mode: "session" | "transaction"
  /** Further lines of its section `[pgbouncer]`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A real pooler in front of a server. */
export interface PgBouncer {
  /** The URL of a database of the server, through the pooler. */
  readonly through: (url: string) => string
  /** What it has logged. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode !== null ? resolve() : child.once("exit", () => resolve())))

/** Starts a pooler in front of the server of a URL, for that URL's user. It does not run as root: for root as `postgres`. */
export const startPgBouncer = async (
  server: string,
  { mode, settings = {} }: PgBouncerOptions
): Promise<PgBouncer> => {
  if (pgBouncer === null) throw new Error("PgBouncer is not installed")
  const { hostname, password, port: serverPort, username } = new URL(server)
  const folder = mkdtempSync(join(tmpdir(), "trials-pgbouncer-"))
  const port = await freePort()
  const config = join(folder, "pgbouncer.ini")
  const users = join(folder, "users.txt")
  const own = {
    listen_addr: "127.0.0.1",
    listen_port: String(port),
    unix_socket_dir: "",
    auth_type: "md5",
    auth_file: users,
    pool_mode: mode,
    ...settings
  }
  writeFileSync(users, `"${username}" "${password}"\n`)
  writeFileSync(
    config,
    [
      "[databases]",
      `* = host=${hostname} port=${serverPort}`,
      "[pgbouncer]",
      ...Object.entries(own).map(([name, value]) => `${name} = ${value}`)
    ].join("\n")
  )
  const isRoot = userInfo().uid === 0
  if (isRoot) {
    const id = Number(spawnSync("id", ["-u", "postgres"], { encoding: "utf8" }).stdout)
    for (const path of [folder, config, users]) chownSync(path, id, id)
  }
  chmodSync(folder, 0o700)
  const child = spawn(pgBouncer, [...(isRoot ? ["-u", "postgres"] : []), config], {
    stdio: ["ignore", "ignore", "pipe"]
  })
  let log = ""
  const up = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text
      if (log.includes("process up")) resolve()
    })
    child.once("exit", () => reject(new Error(`PgBouncer did not start:\n${log}`)))
  })
  await up
  return {
    through: (url) => {
      const pooled = new URL(url)
      pooled.hostname = "127.0.0.1"
      pooled.port = String(port)
      return pooled.toString()
    },
    log: () => log,
    stop: async () => {
      child.kill("SIGINT")
      const kill = setTimeout(() => child.kill("SIGKILL"), 2000)
      await ended(child)
      clearTimeout(kill)
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
