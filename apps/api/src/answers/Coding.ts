import type { IncomingMessage } from "node:http"
import { promisify } from "node:util"
import {
  type BrotliCompress,
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  type Gzip,
  gzip
} from "node:zlib"
import Negotiator from "negotiator"

/** How the bytes of an answer are coded. */
export type Coding = "br" | "gzip" | "identity"

const preferred: ReadonlyArray<Coding> = ["br", "gzip", "identity"]

// Below this, a coding saves no packet.
const threshold = 1400

/** What a negotiator takes, which its types do not name. */
interface Preferring {
  encoding(
    available: Array<string>,
    options: { readonly preferred: ReadonlyArray<string> }
  ): string | undefined
}

/** The coding in which a client wants so many bytes. */
export const codingOf = (request: IncomingMessage, bytes: number): Coding => {
  if (bytes < threshold || request.headers["accept-encoding"] === undefined) return "identity"
  const negotiator: Preferring = new Negotiator(request)
  const wanted = negotiator.encoding([...preferred], { preferred })
  // A client that refuses every one of them gets the bytes as they are.
  return preferred.find((coding) => coding === wanted) ?? "identity"
}

// Level 4 costs what gzip costs, and saves more.
const quality = { [constants.BROTLI_PARAM_QUALITY]: 4 }

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** Codes bytes, in another thread. */
export const coded = (body: Buffer, coding: Exclude<Coding, "identity">): Promise<Buffer> =>
  coding === "gzip"
    ? gzipped(body)
    : brotli(body, { params: { ...quality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } })

/** Codes bytes as they come, in another thread. */
export const encoder = (coding: Exclude<Coding, "identity">): BrotliCompress | Gzip =>
  coding === "gzip" ? createGzip() : createBrotliCompress({ params: quality })
