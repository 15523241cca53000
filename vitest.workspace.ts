import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const project = (name: string, folder: string, setupFiles: ReadonlyArray<string> = []) => ({
  test: {
    name,
    root: folder,
    include: ["test/**/*.test.ts"],
    setupFiles: [...setupFiles],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A worker keeps what it has imported from file to file: a file that changes something global puts it back.
    isolate: false
  }
})

export default defineConfig({
  test: {
    // Not threads: test databases are named after the process.
    pool: "forks",
    // Vitest leaves one core to itself, and hardly uses it.
    poolOptions: { forks: { maxForks: Math.max(2, availableParallelism() - 1) } },
    isolate: false,
    // Tests that pass say nothing of what they printed.
    silent: "passed-only",
    globalSetup: ["packages/testkit/src/globalPostgres.ts"],
    projects: [
      project("trials-domain", "packages/trials-domain"),
      project("trials-database", "packages/trials-database"),
      project("trials-contract", "packages/trials-contract"),
      project("trials-release", "packages/trials-release"),
      project("trials-api", "apps/api", [
        fileURLToPath(new URL("apps/api/test/ownTesters.ts", import.meta.url))
      ]),
      project("trials-batch", "apps/batch")
    ]
  }
})
