import { behaviourSuites } from "trials-domain/testing/suites"
import { postgres } from "trials-testkit/Engines"

// What is made by chance does not depend on the engine: SQLite tries more of it, as it costs half as much there.
behaviourSuites(
  postgres,
  process.env["TRIALS_FAULTS"] === "long"
    ? { runs: 1000, histories: 1000, worlds: 100 }
    : { runs: 17, histories: 30, worlds: 15 }
)
