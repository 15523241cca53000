import type { Schema } from "effect"
import { Run } from "./Run.js"

/** A run as lists show it: without its rejected records and its findings. */
export const RunSummary = Run.omit("rejected", "findings").annotations({ identifier: "RunSummary" })
export type RunSummary = Schema.Schema.Type<typeof RunSummary>
