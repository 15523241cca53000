import { behaviourSuites, provenReadSuite } from "trials-domain/testing"
import { sqlite } from "trials-testkit/Engines"

behaviourSuites(sqlite)
// Its result does not depend on the engine, so only one engine runs it.
provenReadSuite(sqlite)
