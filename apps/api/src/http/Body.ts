import type { IncomingMessage } from "node:http"
import { receiveBody } from "../connections/Connection.js"

/** Why there is no body. `gone`: its client is. */
export type NoBody = "too-large" | "too-slow" | "gone"

/** Reads the body of a request: at most so many bytes, and for so many milliseconds at most. */
export const readBody = (
  request: IncomingMessage,
  most: number,
  millis: number
): Promise<Buffer | NoBody> => {
  if (Number(request.headers["content-length"] ?? 0) > most) return Promise.resolve("too-large")
  return new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    let bytes = 0
    const end = (body: Buffer | NoBody): void => {
      clearTimeout(late)
      request.off("data", take).off("end", whole).off("close", gone).off("error", gone)
      // What else comes is discarded.
      request.resume()
      resolve(body)
    }
    const take = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > most) end("too-large")
      else chunks.push(chunk)
    }
    const whole = () => end(Buffer.concat(chunks))
    const gone = () => end("gone")
    const late = setTimeout(() => end("too-slow"), millis)
    request.on("data", take).on("end", whole).on("close", gone).on("error", gone)
    receiveBody(request)
  })
}
