import { ctgovSuite } from "trials-domain/testing/suites"
import { sqlite } from "trials-testkit/Engines"

ctgovSuite(sqlite, process.env["TRIALS_FAULTS"] === "long" ? 20_000 : 3000)
