import {
  absenceSuite,
  feedSuite,
  historySuite,
  proofSuite,
  queriesSuite,
  syncSuite
} from "trials-domain/testing"
import { postgres } from "./engines.js"

for (const suite of [absenceSuite, feedSuite, historySuite, queriesSuite, syncSuite]) suite(postgres)
// The reads themselves do not depend on the engine: all of them are in the long run of SQLite.
proofSuite(postgres, 60)
