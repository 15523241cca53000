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

/** An entity tag (RFC 9110, 8.8.3), whose text may hold a comma. Node reads a header's bytes as Latin-1. */
const entityTag = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/
const everyTag = new RegExp(entityTag, "g")

/** A list of tags with commas between them; parts without one count for nothing (RFC 9110, 5.6.1). */
const tagList = new RegExp(`^(?:[\\t ]*(?:${entityTag.source}[\\t ]*)?(?:,|$))+$`)

const opaque = (tag: string): string => tag.replace(/^W\//, "")

/** Whether If-None-Match names the tag, by the weak comparison. What is no list of tags names none. */
export const isNamed = (given: string | undefined, tag: string): boolean =>
  given !== undefined &&
  tagList.test(given) &&
  (given.match(everyTag) ?? []).some((each) => opaque(each) === opaque(tag))

/**
 * Whether If-None-Match says that the client has an answer with this tag; `*` says so of any answer. `Cache-Control:
 * no-cache` changes nothing, because every `fetch` adds it to a request with If-None-Match.
 */
export const isKept = (given: string | undefined, tag: string): boolean =>
  given?.trim() === "*" || isNamed(given, tag)
