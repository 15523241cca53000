import {
  absenceSuite,
  feedSuite,
  historySuite,
  proofSuite,
  queriesSuite,
  stagingSuite,
  syncSuite
} from "trials-domain/testing"
import { sqlite } from "./engines.js"

for (const suite of [absenceSuite, feedSuite, historySuite, proofSuite, queriesSuite, stagingSuite, syncSuite])
  suite(sqlite)
