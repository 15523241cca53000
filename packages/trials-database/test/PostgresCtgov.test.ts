import { ctgovSuite } from "trials-domain/testing/suites"
import { postgres } from "trials-testkit/Engines"

// What happens to the studies does not depend on the engine, and a record costs more here.
ctgovSuite(postgres, process.env["TRIALS_FAULTS"] === "long" ? 20_000 : 1000)
