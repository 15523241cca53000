import { behaviourSuites } from "trials-domain/testing"
import { postgres } from "trials-testkit/Engines"

// The reads do not depend on the engine: SQLite runs all of them every time, because they cost half as much there.
behaviourSuites(postgres, process.env["TRIALS_FAULTS"] === "long" ? 500 : 60)
