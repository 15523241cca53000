import { behaviourSuites } from "trials-domain/testing"
import { sqlite } from "./engines.js"

behaviourSuites(sqlite)
