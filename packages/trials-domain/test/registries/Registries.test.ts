import { expect, it } from "vitest"
import { all } from "../../src/registries/index.js"

it("the list of registries cannot be changed by a program that reads it", () => {
  expect(() => Object.assign(all, { 0: undefined })).toThrow(TypeError)
  expect(all.map(({ registry }) => registry.name)).toEqual(["kdca"])
})
