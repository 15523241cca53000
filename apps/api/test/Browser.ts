import { Context, Effect, Layer } from "effect"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"

const isProgram = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Chromium of this machine, if there is one. */
const executablePath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
  .find(isProgram)

/** Whether this machine has one: tests that need it are skipped where there is none. */
export const hasChromium = executablePath !== undefined

/** What the name of such a test says where it is skipped. */
export const unlessThere = hasChromium ? "" : " (not run: there is no Chromium here)"

/** A running Chromium, closed with the scope. */
export class Chromium extends Context.Tag("test/Chromium")<Chromium, Browser>() {
  static readonly layer = Layer.scoped(
    Chromium,
    Effect.acquireRelease(
      Effect.promise(() =>
        chromium.launch({
          ...(executablePath === undefined ? {} : { executablePath }),
          // Root, as in a container, has no sandbox.
          args: process.getuid?.() === 0 ? ["--no-sandbox"] : []
        })
      ),
      (open) => Effect.promise(() => open.close())
    )
  )
}

/** Keeps what a page must not do: what its policy stops, its errors, its dialogs, and requests to other hosts. */
export const watched = async (page: Page, url: string) => {
  const blocked: Array<string> = []
  const flaws: Array<string> = []
  await page.exposeFunction("blocked", (what: string) => blocked.push(what))
  await page.addInitScript(
    `document.addEventListener("securitypolicyviolation", (event) => blocked(event.effectiveDirective + " " + event.blockedURI))`
  )
  page.on("console", (message) => void (message.type() === "error" && flaws.push(message.text())))
  page.on("pageerror", (error) => void flaws.push(error.message))
  page.on("dialog", (dialog) => {
    flaws.push(dialog.message())
    void dialog.dismiss()
  })
  page.on("request", (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(`${url}/`))
      flaws.push(request.url())
  })
  return { blocked, flaws }
}
