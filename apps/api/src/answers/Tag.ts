import { createHash } from "node:crypto"
import type { Moment } from "trials-domain/Snapshot"

const digest = (text: string | Buffer): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 27)

/** The tag of an answer whose bytes are known. */
export const ofContent = (body: Buffer): string => `W/"${digest(body)}"`

/**
 * The tag of an answer before it is read: of what was asked, of the moment, of the instant at which the clock changes it,
 * and of the program, which may answer otherwise than another version does.
 */
export const ofMoment = (
  program: string,
  question: string,
  { publication, runs }: Moment,
  until: number | null
): string => `W/"${digest(JSON.stringify([program, question, publication, runs, until]))}"`

const opaque = (tag: string): string => tag.replace(/^W\//, "")

/** Whether If-None-Match names the tag, by the weak comparison. */
export const isNamed = (given: string | undefined, tag: string): boolean =>
  (given?.match(/(?:W\/)?"[^"]*"/g) ?? []).some((each) => opaque(each) === opaque(tag))

/**
 * Whether If-None-Match says that the client has an answer with this tag; `*` says so of any answer. `Cache-Control:
 * no-cache` changes nothing, because every `fetch` adds it to a request with If-None-Match.
 */
export const isKept = (given: string | undefined, tag: string): boolean =>
  given?.trim() === "*" || isNamed(given, tag)
