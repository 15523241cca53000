import { behaviourSuites, provenReadSuite } from "trials-domain/testing/suites"
import { sqlite } from "trials-testkit/Engines"

behaviourSuites(
  sqlite,
  process.env["TRIALS_FAULTS"] === "long" ? undefined : { runs: 68, histories: 200, worlds: 40 }
)
// What it proves is the same on either engine.
provenReadSuite(sqlite)
