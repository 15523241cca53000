import { behaviourSuites, provenReadSuite } from "trials-domain/testing/suites"
import { sqlite } from "trials-testkit/Engines"

behaviourSuites(
  sqlite,
  process.env["TRIALS_FAULTS"] === "long"
    ? undefined
    : { runs: 51, histories: 100, worlds: 20, kills: true, search: { trials: 300, searches: 80 } }
)
// What it proves is the same on either engine.
provenReadSuite(sqlite)
