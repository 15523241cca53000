import { expect, it } from "vitest"
import { Either } from "effect"
import * as Registry from "../../src/registries/Registry.js"
import { builtin, make } from "../../src/registries/Registries.js"

const transform = () => Either.left({ id: null, reason: "not read" })

it("a program that reads the list of registries cannot change it", () => {
  const [kdca] = builtin
  expect(() => Object.assign(builtin, { 0: undefined })).toThrow(TypeError)
  expect(() => Object.assign(kdca ?? {}, { layer: undefined })).toThrow(TypeError)
  expect(() => Object.assign(kdca?.registry ?? {}, { name: "other" })).toThrow(TypeError)
  expect(() => Object.assign(kdca?.registry.columns ?? [], { 0: "other" })).toThrow(TypeError)
  expect(builtin.map(({ registry }) => registry.name)).toEqual(["kdca", "ctgov"])
})

it("two registries of one name are refused", () => {
  expect(() => make([...builtin, ...builtin])).toThrow("Two registries are called kdca")
})

it("a registry has a name that an address and an option can have, and defaults for the rest", () => {
  expect(Registry.make({ name: "acme", transform })).toMatchObject({
    title: "acme",
    attribution: "acme",
    homepage: null,
    licence: null,
    mappingVersion: 1,
    columns: []
  })
  // Without exactOptionalPropertyTypes this compiles.
  const nothing = { title: undefined, homepage: undefined, licence: undefined, idOf: undefined } as object
  expect(Registry.make({ name: "acme", transform, ...nothing })).toMatchObject({
    title: "acme",
    homepage: null,
    licence: null
  })
  for (const name of ["", "Acme", "a_b", "1a", "a".repeat(33), "a\n", "acme\0"]) {
    expect(() => Registry.make({ name, transform }), name).toThrow(Registry.InvalidRegistry)
  }
  for (const wrong of [
    { title: " " },
    { attribution: "a\0" },
    { homepage: "" },
    { licence: "\ud800" },
    { mappingVersion: 0 },
    { mappingVersion: 1.5 },
    { requestedSince: { title: Number.NaN } },
    { columns: [""] },
    { columns: ["id"], listed: ["id"] },
    { columns: "abc" as never },
    { homepage: "javascript:alert(1)" },
    { mappingVersion: 3e9 },
    { requestedSince: { colour: 1 } as never },
    { transform: undefined as never },
    { idOf: 5 as never }
  ]) {
    expect(() => Registry.make({ name: "acme", transform, ...wrong })).toThrow(Registry.InvalidRegistry)
  }
})
