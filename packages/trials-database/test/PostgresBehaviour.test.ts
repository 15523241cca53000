import { behaviourSuites } from "trials-domain/testing/suites"
import { migratedPostgres } from "trials-testkit/Engines"

// What is made by chance, and where a census goes on after a kill, does not depend on the engine: SQLite tries more of it,
// as it costs half as much there.
behaviourSuites(
  migratedPostgres(),
  process.env["TRIALS_FAULTS"] === "long"
    ? {
        runs: 1000,
        histories: 1000,
        worlds: 100,
        kills: true,
        search: { trials: 20_000, searches: 100 }
      }
    : { runs: 17, histories: 30, worlds: 5, kills: false, search: { trials: 1300, searches: 40 } }
)
