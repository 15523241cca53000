import { defineConfig } from "vitest/config"

const project = (name: string, folder: string) => ({
  test: {
    name,
    root: folder,
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000
  }
})

export default defineConfig({
  test: {
    globalSetup: ["packages/testkit/src/globalPostgres.ts"],
    projects: [
      project("trials-domain", "packages/trials-domain"),
      project("trials-database", "packages/trials-database"),
      project("trials-contract", "packages/trials-contract"),
      project("trials-api", "apps/api"),
      project("trials-batch", "apps/batch")
    ]
  }
})
