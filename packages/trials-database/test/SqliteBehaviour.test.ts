import { behaviourSuites, provenReadSuite } from "trials-domain/testing"
import { sqlite } from "trials-testkit/Engines"

behaviourSuites(sqlite)
// What it proves is the same on either engine.
provenReadSuite(sqlite)
