/** A `fetch` for tests that gives one response to everything. */
export const giving =
  (body: unknown, status = 200, type: string | null = status === 200 ? "application/json" : problemJson) =>
  async () =>
    new Response(typeof body === "string" ? body : JSON.stringify(body), {
      status,
      // A text would bring a content type of its own.
      headers: type === null ? {} : { "content-type": type }
    })

const problemJson = "application/problem+json"

/** What a promise is rejected with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`not rejected: ${JSON.stringify(value)}`)
    },
    (error: unknown) => error
  )
