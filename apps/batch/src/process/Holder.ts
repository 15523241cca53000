import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import { Effect, Layer, Random } from "effect"
import { LeaseHolder } from "trials-domain/Lease"

const attempt = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

// A process number is unique only within one running machine and, in containers, one process namespace. Two machines
// may share a name, but not the id of a boot: random(4).
const host = (): string =>
  [
    hostname(),
    attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))?.trim(),
    attempt(() => readlinkSync("/proc/self/ns/pid"))?.replace(/\D/g, "")
  ].join("/")

/** The state letter and the start (clock ticks since boot) of a process, if the system reports them: proc(5), stat. */
const stat = (pid: number): { readonly state: string; readonly start: string } | undefined => {
  const fields = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
    ?.replace(/^.*\) /s, "")
    .split(" ")
  return fields?.[0] === undefined ? undefined : { state: fields[0], start: fields[19] ?? "" }
}

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Whether the holder of a lease still runs. A process that reuses a dead one's number started at another time. */
const stateOf = (holder: string): "alive" | "dead" | "unknown" => {
  const [machine, number, rest] = holder.split(":")
  const pid = Number(number)
  if (machine !== host() || !Number.isInteger(pid) || pid <= 0 || rest === undefined) return "unknown"
  if (!exists(pid)) return "dead"
  const found = stat(pid)
  const start = rest.split("-")[0] ?? ""
  if (found === undefined || start === "") return "alive"
  return found.state === "Z" || found.start !== start ? "dead" : "alive"
}

/** This process as a holder of leases: `host:pid:start-random`. */
export const layer: Layer.Layer<never> = Layer.effect(
  LeaseHolder,
  Effect.map(Random.nextIntBetween(0, 36 ** 6), (random) => ({
    name: `${host()}:${process.pid}:${stat(process.pid)?.start ?? ""}-${random.toString(36)}`,
    state: (holder: string) => Effect.sync(() => stateOf(holder))
  }))
)
