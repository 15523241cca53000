import { Stream } from "effect"
import type { Trial } from "trials-domain/Trial"

const encoder = new TextEncoder()

/** Trials as JSON, one on each line, each as the API gives it. */
export const ndjson = <E, R>(
  pages: Stream.Stream<ReadonlyArray<Trial>, E, R>
): Stream.Stream<Uint8Array, E, R> =>
  Stream.map(pages, (trials) => encoder.encode(trials.map((trial) => `${JSON.stringify(trial)}\n`).join("")))
