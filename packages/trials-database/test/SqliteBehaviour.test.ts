import {
  absenceSuite,
  feedSuite,
  historySuite,
  proofSuite,
  queriesSuite,
  syncSuite
} from "trials-domain/testing"
import { sqlite } from "./engines.js"

for (const suite of [absenceSuite, feedSuite, historySuite, proofSuite, queriesSuite, syncSuite])
  suite(sqlite)
