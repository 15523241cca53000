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
import { sqlite } from "./engines.js"

for (const suite of [
  absenceSuite,
  feedSuite,
  historySuite,
  proofSuite,
  queriesSuite,
  stagingSuite,
  storedCheckSuite,
  syncSuite
])
  suite(sqlite)
