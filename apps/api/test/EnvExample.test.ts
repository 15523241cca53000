import { expect, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as DotEnv from "trials-domain/DotEnv"
import * as Environment from "trials-domain/Environment"
import { settings } from "../src/Settings.js"
import { readMarkdown, root } from "./Markdown.js"

const example = readFileSync(join(root, ".env.example"), "utf8")
const assignment = /^# (?=[A-Z_]+=)/gm

/** The example with every setting in it set to what it says. */
const all = Either.getOrThrow(DotEnv.parse(new TextEncoder().encode(example.replaceAll(assignment, ""))))

// What the command's help lists, and the API's own.
const [, listed = ""] = /^SETTINGS.*?\n\n(.*?)^```/ms.exec(readMarkdown("docs/cli.md")) ?? []
const lines = [...listed.matchAll(/^ {2}([A-Z_, ]+?) {2,}(.*)$/gm)].map(([, names = "", text = ""]) => ({
  names: names.split(", "),
  text
}))
const ofApi = readFileSync(join(root, "apps/api/src/Settings.ts"), "utf8").match(/(?<=")TRIALS_[A-Z_]+/g)

it("names every setting that the programs know, and no other", () => {
  const known = new Set([...lines.flatMap(({ names }) => names), ...(ofApi ?? [])])
  // Node reads this one before there is a file.
  known.delete("NODE_EXTRA_CA_CERTS")
  expect(example).toContain("NODE_EXTRA_CA_CERTS")
  expect([...all.keys()].sort()).toEqual([...known].sort())
})

it.effect("says the defaults", () =>
  Effect.gen(function* () {
    const read = (environment: ReadonlyMap<string, string>) =>
      Effect.withConfigProvider(
        Effect.suspend(() => settings),
        Environment.provider(Object.fromEntries(environment))
      )
    expect(yield* read(all)).toEqual(yield* read(new Map()))
    const told = lines.flatMap(({ names: [name = ""], text }) => {
      const [, value] = /^([\d.]+(?: minutes)?):/.exec(text) ?? []
      return value === undefined ? [] : [[name, value] as const]
    })
    expect(told.length).toBeGreaterThan(4)
    for (const [name, value] of told) expect([name, all.get(name)]).toEqual([name, value])
  })
)

it("sets nothing as it is, so that a copy of it changes nothing", () => {
  const asIs = Either.getOrThrow(DotEnv.parse(new TextEncoder().encode(example)))
  expect([...asIs]).toEqual([["ODCLOUD_SERVICE_KEY", ""]])
})
