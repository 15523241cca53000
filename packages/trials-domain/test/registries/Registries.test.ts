import { expect, it } from "vitest"
import { all } from "../../src/registries/index.js"

it("a program that reads the list of registries cannot change it", () => {
  expect(() => Object.assign(all, { 0: undefined })).toThrow(TypeError)
  expect(all.map(({ registry }) => registry.name)).toEqual(["kdca"])
})
