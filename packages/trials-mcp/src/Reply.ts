import type { CallToolResult } from "@modelcontextprotocol/server"
import type { ParameterError } from "trials-contract"
import { TrialsClientError } from "trials-contract/client"
import { bytesOf, type Cut, cutTo, type Json } from "./Cut.js"

/** How many bytes of UTF-8 an answer has at most: one block of compact JSON. */
export const mostBytes = 16_384

/** Where to read what was cut: the call of a tool, or in words. */
export type Rest = string | { readonly tool: string; readonly arguments: { readonly [name: string]: Json } }

// Of these the notes of what was cut may take some.
const noteBytes = 3072

const noteOf = (cut: Cut, rest: Rest): Json => ({
  at: cut.path.join("."),
  kept: cut.kept,
  of: cut.of,
  unit: cut.unit,
  rest
})

/** As many notes as there is room for, and how many places were cut. */
const notesOf = (cuts: ReadonlyArray<Cut>, restOf: (cut: Cut) => Rest): Json => {
  const notes: Array<Json> = []
  let left = noteBytes - 64
  for (const cut of cuts) {
    const note = noteOf(cut, restOf(cut))
    left -= bytesOf(note) + 1
    if (left < 0) break
    notes.push(note)
  }
  return { places: cuts.length, notes }
}

/**
 * An answer as compact JSON of at most `mostBytes`. Where something had to be cut, its field `cut` says how many places,
 * and of the first ones what is left and where the rest is. An answer that has a field `cut` of its own, or is no object,
 * is put into one.
 */
export const textOf = (answer: Json, restOf: (cut: Cut) => Rest): string => {
  const whole = JSON.stringify(answer)
  if (Buffer.byteLength(whole) <= mostBytes) return whole
  const isPlain =
    typeof answer === "object" && answer !== null && !Array.isArray(answer) && !("cut" in answer)
  const body: { readonly [key: string]: Json } = isPlain
    ? // What is an object and no list has keys, which `isArray` does not tell of a list that is read-only.
      (answer as { readonly [key: string]: Json })
    : { answer }
  const { cuts, value } = cutTo(body, mostBytes - noteBytes)
  return JSON.stringify({ ...(value as object), cut: notesOf(cuts, restOf) })
}

/** What was asked for. */
export const answered = (answer: Json, restOf: (cut: Cut) => Rest): CallToolResult => ({
  content: [{ type: "text", text: textOf(answer, restOf) }]
})

/** Why something could not be asked, or was not answered. */
export interface Refusal {
  readonly title: string
  readonly detail: string
  /** The status of the API, where it was asked. */
  readonly status?: number
  /** The kind of the problem, as in `/problems/unknown-code`. */
  readonly type?: string
  readonly errors?: ReadonlyArray<ParameterError> | undefined
  /** The seconds, or the date, after which asking again may help. */
  readonly retryAfter?: string
}

const noAnswer =
  "This is a refusal and no answer: it does not say that there is nothing. Correct the call, or say that it could not be asked."

const nowhere = () => "Ask again with less."

/** A refusal, marked as an error so that nobody takes it for an empty answer. */
export const refused = ({ errors, ...refusal }: Refusal): CallToolResult => ({
  isError: true,
  content: [
    {
      type: "text",
      text: textOf(
        {
          refused: {
            ...refusal,
            ...(errors === undefined ? {} : { errors: errors.map((error) => ({ ...error })) })
          },
          note: noAnswer
        },
        nowhere
      )
    }
  ]
})

/** A refusal that a tool throws. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

/** What a tool says of an error: a refusal of the API with all that it says; null where it is a defect. */
export const refusalOf = (error: unknown): Refusal | null => {
  if (error instanceof Refused) return error.refusal
  if (error instanceof TrialsClientError) {
    const { headers, problem, reason, status } = error
    const after = headers?.get("retry-after")
    return {
      title:
        problem?.title ??
        (reason === "parameter" ? "Invalid arguments" : "The API did not answer as it should"),
      detail: problem?.detail ?? error.message,
      ...(status === undefined ? {} : { status }),
      ...(problem === undefined ? {} : { type: problem.type, errors: problem.errors }),
      ...(after ? { retryAfter: after } : {})
    }
  }
  // What `fetch` throws without a connection.
  if (error instanceof TypeError && error.message === "fetch failed")
    return {
      title: "The API cannot be reached",
      detail: "There is no connection to the API. Ask again later."
    }
  return null
}
