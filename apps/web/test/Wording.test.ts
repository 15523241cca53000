import { expect, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const source = fileURLToPath(new URL("../src/", import.meta.url))

const texts = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => /Words\.ts$|Kinds\.ts$|Proofs\.ts$|Verdicts\.ts$/.test(file))
  .map((file) => [file, readFileSync(`${source}${file}`, "utf8")] as const)

/** What no page says: of a trial that it is new, when it is we who saw it first; and what not every operator does. */
const untrue = /\bnewly\b|\bnew trials?\b|\bevery night\b|신규|새로 등록|매일 밤/i

it("no page calls new what was first seen, or says what not everybody who runs it does", () => {
  expect(texts.length).toBeGreaterThan(10)
  for (const [file, text] of texts) expect([file, untrue.exec(text)?.[0]]).toEqual([file, undefined])
})
