/** What is awaited, or a failure when it takes more than so many milliseconds. */
export const inTime = <A>(what: Promise<A>, patience: number): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("silence")), patience)
  })
  return Promise.race([what, silence]).finally(() => clearTimeout(timer))
}

/** A body that fails by `broken` where it breaks off, or where no byte comes for too long. */
export const patient = (
  body: ReadableStream<Uint8Array>,
  patience: number,
  broken: () => Error
): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await inTime(reader.read(), patience)
        if (done) controller.close()
        else controller.enqueue(value)
      } catch {
        void reader.cancel().catch(() => undefined)
        controller.error(broken())
      }
    },
    cancel: (reason) => reader.cancel(reason)
  })
}
