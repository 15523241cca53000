import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { root } from "./Markdown.js"

const runs = promisify(execFile)

const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0
const missing = ["buildah", "debootstrap", "unshare", "npm"].filter((program) => !has(program))

/** Why the image cannot be built here; null where it can. */
export const whyNot: string | null =
  process.env["TRIALS_SHIPPED"] !== "long"
    ? "npm run test:shipped"
    : userInfo().uid !== 0 || process.platform !== "linux"
      ? "root on Linux"
      : missing.length > 0
        ? missing.join(", ")
        : null

/** What an image says of itself. */
interface ImageConfig {
  readonly User: string
  readonly Env: ReadonlyArray<string>
  readonly Entrypoint: ReadonlyArray<string>
  readonly Cmd: ReadonlyArray<string>
  readonly WorkingDir: string
  readonly Volumes: Readonly<Record<string, unknown>>
  readonly Labels: Readonly<Record<string, string>>
  readonly Healthcheck: { readonly Test: ReadonlyArray<string> }
}

/** A program of the image that runs. `pid` is that of the program itself, which is process 1 in its own namespace. */
export interface Contained {
  readonly child: ChildProcess
  readonly pid: number
  readonly out: () => string
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>
}

/** Binds the root read-only, with the folder of data in it, and becomes the program. */
const contain = `
mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --bind "$2" "$1/data" && mount -t proc proc "$1/proc" || exit 125
base=$1 user=$3 work=$4; shift 4
exec chroot --userspec="$user" --groups= "$base" env -i --chdir="$work" "$@"
`

/** The image, built from this repository over Debian and the Node that it is made for, by tools that need no engine. */
export class ImageBuilt {
  readonly folder = mkdtempSync(join(tmpdir(), "trials-image-"))
  readonly data = join(this.folder, "data")
  private readonly started: Array<ChildProcess> = []
  private mounted = ""
  config: ImageConfig | undefined

  private async buildah(...args: ReadonlyArray<string>) {
    const store = ["--root", join(this.folder, "store"), "--runroot", join(this.folder, "run")]
    const { stdout } = await runs("buildah", [...store, ...args], { cwd: root, maxBuffer: 1e9 })
    return stdout.trim()
  }

  /** An image with Node 22 as Docker's own has it: program and headers below /usr/local, and npm. */
  private async base() {
    const base = join(this.folder, "base")
    await runs("debootstrap", ["--variant=minbase", "bookworm", base], { maxBuffer: 1e9 })
    await runs("npm", ["pack", "--pack-destination", this.folder, `node-linux-${process.arch}@22`])
    await runs("sh", ["-c", `tar -xzf node-linux-*.tgz`], { cwd: this.folder })
    const local = join(base, "usr", "local")
    for (const name of ["bin", "include"])
      cpSync(join(this.folder, "package", name), join(local, name), { recursive: true })
    const { stdout } = await runs("npm", ["root", "--global"])
    const npm = join("lib", "node_modules", "npm")
    cpSync(join(stdout.trim(), "npm"), join(local, npm), { recursive: true })
    symlinkSync(join("..", npm, "bin", "npm-cli.js"), join(local, "bin", "npm"))
    await this.trust(base)
    const name = "localhost/node:22"
    const container = await this.buildah("from", "scratch")
    await this.buildah("copy", "--quiet", container, base, "/")
    await this.buildah("commit", "--quiet", "--format", "docker", "--rm", container, name)
    return name
  }

  /** The base trusts the certificates that npm trusts here: there may be a proxy that signs its own. */
  private async trust(base: string) {
    const { stdout } = await runs("npm", ["config", "get", "cafile"], { cwd: tmpdir() })
    const file = stdout.trim()
    if (file === "" || file === "null") return
    mkdirSync(join(base, dirname(file)), { recursive: true })
    cpSync(file, join(base, file), { dereference: true })
    mkdirSync(join(base, "usr/local/etc"), { recursive: true })
    writeFileSync(join(base, "usr/local/etc/npmrc"), `cafile=${file}\n`)
  }

  /** Builds it. `TRIALS_NODE_IMAGE` names a base that is there already. */
  async build() {
    const base = process.env["TRIALS_NODE_IMAGE"] ?? (await this.base())
    const how = ["--isolation", "chroot", "--network", "host", "--format", "docker"]
    await this.buildah("bud", ...how, "--build-arg", `NODE_IMAGE=${base}`, "--tag", "trials", ".")
    const inspected: { Docker: { config: ImageConfig } } = JSON.parse(
      await this.buildah("inspect", "--type", "image", "trials")
    )
    this.config = inspected.Docker.config
    this.mounted = await this.buildah("mount", await this.buildah("from", "trials"))
    mkdirSync(this.data)
    await runs("chown", [this.config.User, this.data])
  }

  /** Megabytes of a folder of the image. */
  async size(path: string) {
    const { stdout } = await runs("du", ["--summarize", "--block-size=1M", join(this.mounted, path)])
    return Number.parseInt(stdout, 10)
  }

  /** Runs a command line of Node as an engine would: the image's user, environment and folder, on a read-only root. */
  start(args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Contained {
    if (this.config === undefined) throw new Error("the image is not built")
    const { Entrypoint, Env, User, WorkingDir } = this.config
    const words = [...Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
    const namespaces = ["--mount", "--pid", "--fork", "--kill-child"]
    const within = ["sh", "-c", contain, "sh", this.mounted, this.data, User, WorkingDir]
    const child = spawn("unshare", [...namespaces, ...within, ...words, ...Entrypoint, ...args])
    this.started.push(child)
    let said = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (said += text))
    }
    const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
      child.on("close", (code) => resolve({ code, said }))
    )
    const { pid: outer } = child
    return {
      child,
      ended,
      out: () => said,
      get pid() {
        return Number(readFileSync(`/proc/${outer}/task/${outer}/children`, "utf8").trim())
      }
    }
  }

  async remove() {
    for (const child of this.started) child.kill("SIGKILL")
    await this.buildah("umount", "--all").catch(() => undefined)
    await this.buildah("rm", "--all").catch(() => undefined)
    await this.buildah("rmi", "--all", "--force").catch(() => undefined)
    rmSync(this.folder, { recursive: true, force: true })
  }
}
