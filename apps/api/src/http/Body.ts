import type { IncomingMessage } from "node:http"
import { malformed, receiveBody } from "../connections/Connection.js"

/** Why there is no body. `gone`: its client is. `malformed`: what came is none. */
export type NoBody = "too-large" | "too-slow" | "malformed" | "gone"

/** Bytes as they arrive, in one buffer: a client may send each of them by itself. */
class Arriving {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(chunk: Buffer): void {
    const length = this.#length + chunk.length
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    chunk.copy(this.#bytes, this.#length)
    this.#length = length
  }

  get whole(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Reads the body of a request: at most so many bytes, and for so many milliseconds at most. */
export const readBody = (
  request: IncomingMessage,
  most: number,
  millis: number
): Promise<Buffer | NoBody> => {
  if (Number(request.headers["content-length"] ?? 0) > most) return Promise.resolve("too-large")
  return new Promise((resolve) => {
    const body = new Arriving()
    const end = (found: Buffer | NoBody): void => {
      clearTimeout(late)
      request.off("data", take).off("end", whole).off("close", gone).off("error", gone).off(malformed, wrong)
      // What else comes is discarded.
      request.resume()
      resolve(found)
    }
    const take = (chunk: Buffer): void => {
      if (body.length + chunk.length > most) end("too-large")
      else body.add(chunk)
    }
    const whole = () => end(body.whole)
    const gone = () => end("gone")
    const wrong = () => end("malformed")
    const late = setTimeout(() => end("too-slow"), millis)
    request.on("data", take).on("end", whole).on("close", gone).on("error", gone).on(malformed, wrong)
    receiveBody(request)
  })
}
