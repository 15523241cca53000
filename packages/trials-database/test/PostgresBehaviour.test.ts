import { behaviourSuites } from "trials-domain/testing"
import { postgres } from "trials-testkit/Engines"

// The reads themselves do not depend on the engine: SQLite has all of them in every run, as they cost half as much there.
behaviourSuites(postgres, process.env["TRIALS_FAULTS"] === "long" ? 500 : 60)
