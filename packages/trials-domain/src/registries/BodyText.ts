/** The text of a body, and whether all its bytes were UTF-8. */
export interface BodyText {
  readonly text: string
  readonly wellFormed: boolean
}

const joined = (chunks: Iterable<Uint8Array>, fatal: boolean): string => {
  const decoder = new TextDecoder("utf-8", { fatal })
  let text = ""
  for (const bytes of chunks) text += decoder.decode(bytes, { stream: true })
  return text + decoder.decode()
}

/** Decodes a body as UTF-8, without the byte order mark that it may begin with. */
export const bodyText = (chunks: Iterable<Uint8Array>): BodyText => {
  try {
    return { text: joined(chunks, true), wellFormed: true }
  } catch {
    return { text: joined(chunks, false), wellFormed: false }
  }
}
