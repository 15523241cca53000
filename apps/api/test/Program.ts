import { Effect } from "effect"
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"

const command = fileURLToPath(new URL("../bin/trials-api.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts the program in a folder. It is killed with the scope. */
export const start = (cwd: string, env: Record<string, string>, stdio: StdioOptions = "pipe") =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [command], {
        cwd,
        env: { PATH: process.env["PATH"] ?? "", ...env },
        stdio
      })
      let out = ""
      let err = ""
      child.stdout?.on("data", (chunk) => (out += String(chunk)))
      child.stderr?.on("data", (chunk) => (err += String(chunk)))
      const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, out, err })))
      const printed = new Promise<string>((resolve) => {
        child.stdout?.on("data", () => out.includes("\n") && resolve(out))
        child.on("close", () => resolve(out))
      })
      return { child, ended, printed }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

export const stop = (child: ChildProcess, signal: NodeJS.Signals) => Effect.sync(() => child.kill(signal))

/** Another program's server on a port of this machine. */
export const takenPort = Effect.acquireRelease(
  Effect.async<ReturnType<typeof createServer>>((resume) => {
    const server = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))
).pipe(
  Effect.map((server) => {
    const address = server.address()
    return typeof address === "object" ? (address?.port ?? 0) : 0
  })
)
