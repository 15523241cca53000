import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { builtin } from "trials-domain/registries"
import { syntheticRegistry, SyntheticUpstream } from "trials-domain/testing"
import { expect, it } from "vitest"
import { trialsCommand } from "../src/TrialsCommand.js"
import { within } from "./Within.js"

const upstream = (name: string) => new SyntheticUpstream(syntheticRegistry(name), [{ id: "A", title: "a" }])

const acme = { registry: syntheticRegistry("acme"), layer: upstream("acme").layer() }

it("two registries of one name make no command", () => {
  expect(() => trialsCommand({ registries: [...builtin, acme, acme] })).toThrow(
    "Two registries are called acme"
  )
})

it("a source whose client reads another registry loads nothing into that one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "trials-registries-"))
  try {
    const other = { ...acme, layer: upstream("other").layer() }
    const sync = ["sync", "--registry", "acme", "--init", "--json"]
    const settings = { TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}` }
    const wrong = await within(sync, settings, { command: trialsCommand({ registries: [other] }) })
    expect(wrong).toMatchObject({ exit: 2 })
    expect(wrong.stderr).toContain("The client of the registry acme reads other")
    const right = await within(sync, settings, { command: trialsCommand({ registries: [acme] }) })
    expect(JSON.parse(right.stdout)).toMatchObject({ registry: "acme", counts: { created: 1 } })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
