import type { TestProject } from "vitest/node"
import { startPostgres } from "./PostgresServer.js"

/** One PostgreSQL server for the whole test run: the one that TEST_POSTGRES_URL names, or our own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | void> {
  const given = process.env["TEST_POSTGRES_URL"]
  if (given !== undefined && given !== "") {
    project.provide("postgresUrl", given)
    return
  }
  const server = await startPostgres()
  // The library ends this process with 0 as soon as it has nothing left to do, whatever its exit code is by then.
  process.prependListener("beforeExit", () => process.exit())
  project.provide("postgresUrl", server.url)
  return server.remove
}
