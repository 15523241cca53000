import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

// What takes longest begins first, so that no worker waits for it at the end. Vitest would guess by the size of a file,
// and these are short: most of them run suites of the library.
const longest =
  /\/(PostgresBehaviour|SqliteBehaviour|SqliteCtgov|PostgresCtgov|OwnRegistry|SameAnswers|Crash|Secrets|Lease|Nightly)\.test\.ts$/

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>) {
    const isShort = ({ moduleId }: TestSpecification) => Number(!longest.test(moduleId))
    return (await super.sort(files)).toSorted((a, b) => isShort(a) - isShort(b))
  }
}

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
    sequence: { sequencer: LongestFirst },
    // Tests that pass say nothing of what they printed.
    silent: "passed-only",
    globalSetup: ["packages/testkit/src/globalPostgres.ts"],
    projects: [
      project("trials-domain", "packages/trials-domain"),
      project("trials-database", "packages/trials-database"),
      project("trials-contract", "packages/trials-contract"),
      project("trials-export", "packages/trials-export"),
      project("trials-answers", "packages/trials-answers"),
      project("trials-mcp", "packages/trials-mcp"),
      project("trials-release", "packages/trials-release"),
      project("trials-web", "apps/web"),
      project("trials-api", "apps/api", [
        fileURLToPath(new URL("apps/api/test/ownTesters.ts", import.meta.url))
      ]),
      project("trials-batch", "apps/batch")
    ]
  }
})
