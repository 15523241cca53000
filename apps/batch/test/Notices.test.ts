import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { expect, it } from "vitest"

const root = fileURLToPath(new URL("../../../", import.meta.url))

const { noticesOf } = await import(pathToFileURL(join(root, "scripts", "notices.mjs")).href)

/** The notices of a bundle that holds one package, with these files. */
const noticesWith = (license: string, files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), "trials-notices-"))
  try {
    const at = join(folder, "node_modules", "@some", "one")
    mkdirSync(at, { recursive: true })
    const manifest = { name: "@some/one", version: "1.2.3", license }
    for (const [name, text] of Object.entries({ ...files, "package.json": JSON.stringify(manifest) }))
      writeFileSync(join(at, name), text)
    const inputs = {
      "src/main.ts": { bytesInOutput: 1 },
      "node_modules/@some/one/index.js": { bytesInOutput: 1 },
      "node_modules/left-out/index.js": { bytesInOutput: 0 }
    }
    return noticesOf({ outputs: { "bundle/main.js": { inputs } } }, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

it("each package of a bundle is named with its licence, or the bundle is refused", () => {
  expect(noticesWith("MIT", { LICENSE: "do what you like" })).toContain(
    "@some/one@1.2.3 (MIT)\n\ndo what you like"
  )
  expect(noticesWith("(GPL-3.0 OR ISC)", { "LICENCE.md": "either" })).toContain("either")
  const whole = "# One\n\n## License\n\nPermission to use this\nis hereby granted.\n"
  expect(noticesWith("ISC", { "README.md": whole })).toContain("is hereby granted.")
  expect(() => noticesWith("MIT", { "README.md": "# One\n\n## License\n\nMIT\n" })).toThrow(
    "@some/one@1.2.3 has no text of its licence (MIT)"
  )
  expect(() => noticesWith("AGPL-3.0", { LICENSE: "share" })).toThrow("AGPL-3.0, which is not permissive")
})

it.each(["apps/api", "apps/batch"])("the bundle of %s has its notices", (app) => {
  const text = readFileSync(join(root, app, "bundle", "THIRD-PARTY-NOTICES.txt"), "utf8")
  expect(text).toMatch(/^effect@3\.\S+ \(MIT\)$/m)
  expect(text).toContain("Permission is hereby granted")
})
