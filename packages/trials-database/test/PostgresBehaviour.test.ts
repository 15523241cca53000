import {
  absenceSuite,
  feedSuite,
  historySuite,
  proofSuite,
  queriesSuite,
  stagingSuite,
  storedCheckSuite,
  syncSuite
} from "trials-domain/testing"
import { postgres } from "./engines.js"

for (const suite of [
  absenceSuite,
  feedSuite,
  historySuite,
  queriesSuite,
  stagingSuite,
  storedCheckSuite,
  syncSuite
])
  suite(postgres)
// The reads themselves do not depend on the engine: SQLite has all of them in every run, as they cost half as much there.
proofSuite(postgres, process.env["TRIALS_FAULTS"] === "long" ? 500 : 60)
