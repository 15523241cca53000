import { Either, FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import { toText } from "../../model/Content.js"
import { map, valueInvalid } from "../../pipeline/Mapping.js"
import { columnUnknown, transform } from "../../pipeline/Transform.js"
import type { Registry, RegistryRecord } from "../../registries/Registry.js"

type Values = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A record whose texts are spelled otherwise: other white space, and another normal form of Unicode. */
const respelled = (value: unknown): unknown => {
  if (typeof value === "string") return ` ${value.replaceAll(" ", " \u00a0 ")}\u200b `.normalize("NFD")
  if (Array.isArray(value)) return value.map(respelled)
  return isObject(value) ? reordered(value, respelled) : value
}

/** An object with its keys in the opposite order. */
const reordered = (value: Values, each: (value: unknown) => unknown = (same) => same): Values =>
  Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, each(inner)])
  )

/** What a registry may send one day in place of a value. */
const surprises: ReadonlyArray<unknown> = [
  undefined,
  null,
  "",
  "-",
  0,
  -1.5,
  2 ** 60,
  true,
  [],
  {},
  [[]],
  { a: null }
]

/** A record and what becomes of it, for a message. */
const told = (registry: Registry, record: RegistryRecord) =>
  Either.match(map(registry, record), {
    onLeft: ({ reason }) => ({ id: null, text: "", reason }),
    onRight: ({ content, id }) => ({ id, text: toText(content), reason: null })
  })

/**
 * Checks a registry's mapping over real records of it: every one of them becomes a trial, the columns are those that the
 * registry names, no mapping throws, and what is no change of the registry (spelling, order of keys) changes nothing.
 */
export const registrySuite = (registry: Registry, records: ReadonlyArray<RegistryRecord>): void => {
  describe(`the registry ${registry.name}`, () => {
    const page = transform(registry, records)

    it("maps every record to a trial of its own", () => {
      expect(page.rejected.map(({ id, reason }) => `${id ?? "(no id)"}: ${reason}`)).toEqual([])
      expect(page.clashes).toEqual([])
      expect(page.trials.length).toBeGreaterThan(0)
    })

    it("gives no field a value that it cannot have", () => {
      expect(page.findings.filter(({ code }) => code === valueInvalid)).toEqual([])
    })

    it("names the columns that its records have", () => {
      expect([...page.columns].sort()).toEqual([...registry.columns].sort())
      expect(page.findings.filter(({ code }) => code === columnUnknown)).toEqual([])
    })

    it("finds the id of a record that it cannot read", () => {
      for (const { id, record } of page.trials) expect([registry.idOf(record), id]).toEqual([id, id])
    })

    it("maps a record to the same trial each time, and leaves the record as it was", () => {
      const before = JSON.stringify(records)
      for (const record of records) expect(told(registry, record)).toEqual(told(registry, record))
      expect(JSON.stringify(records)).toBe(before)
    })

    it("takes another order of keys for no change", () => {
      for (const record of records.filter(isObject)) {
        expect(told(registry, reordered(record))).toEqual(told(registry, record))
      }
    })

    it("takes other white space and another normal form of Unicode for no change (Text.tidy)", () => {
      for (const record of records) expect(told(registry, respelled(record))).toEqual(told(registry, record))
    })

    it("throws at no record, whatever the registry sends in it", () => {
      const calm = (record: unknown) =>
        expect(() => registry.transform(record), JSON.stringify(record)).not.toThrow()
      for (const record of records.slice(0, 20).filter(isObject)) {
        for (const key of Object.keys(record)) {
          for (const surprise of surprises) calm({ ...record, [key]: surprise })
        }
      }
      for (const surprise of surprises) calm(surprise)
      fc.assert(fc.property(fc.jsonValue(), (value) => void calm(value)))
    })
  })
}
