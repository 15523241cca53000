import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../../", import.meta.url))

export const readMarkdown = (file: string): string => readFileSync(join(root, file), "utf8")

/** The documents that people read first: the READMEs of the project and of its packages, and CONTRIBUTING.md. */
export const readmes: ReadonlyArray<string> = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|[/\\])README\.md$/.test(file) && !file.includes("node_modules"))
    .map((file) => join("packages", file))
]

/** The code blocks of a Markdown file in one language. */
export const blocks = (file: string, language: "sh" | "ts" | "python" | "r"): ReadonlyArray<string> =>
  [...readMarkdown(file).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
    ([, text]) => text ?? ""
  )

/** The code blocks of a Markdown file that are files of their own, by name: they begin with it, as in "```ts acme.ts". */
export const files = (file: string, language: "ts"): ReadonlyMap<string, string> =>
  new Map(
    [...readMarkdown(file).matchAll(new RegExp(`^\`\`\`${language} (\\S+)\\n(.*?)^\`\`\`$`, "gms"))].map(
      ([, name = "", text = ""]) => [name, text]
    )
  )
