/** A stretch of a JSON text that holds whole members of its list, with the commas between them. */
interface Stretch {
  /** Where it begins, in bytes from the beginning of the text. */
  readonly start: number
  readonly bytes: Uint8Array
}

/** What a text is apart from the members of its list. */
interface Frame {
  /** The text without the members: all of it, if there is no such list. It is JSON if the text is. */
  readonly bytes: Uint8Array
  /** Whether a list was found: the text itself, or the named member of its outermost object. */
  readonly hasList: boolean
  /** Whether a member or the frame is larger than any should be; then the rest was not looked at. */
  readonly isTooLarge: boolean
}

/** Splits one JSON text, chunk by chunk. */
export interface RecordSplitter {
  readonly push: (chunk: Uint8Array) => void
  readonly end: () => Frame
}

/** How to split. */
export interface SplitOptions {
  /** The key whose list is split, where the text is an object. */
  readonly list: string
  /** The most members of one stretch. */
  readonly most: number
  /** Receives each stretch; one without members is left out, unless a comma stands before it. */
  readonly found: (stretch: Stretch) => void
}

// A stretch ends after so many bytes: whole studies are large.
const enough = 4 * 1024 * 1024

// No frame and no stretch needs more; the text of it must fit into memory several times.
const limit = 128 * 1024 * 1024

const longestKey = 1000

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Bytes that are kept until they are needed together. */
const kept = () => {
  let parts: Array<Uint8Array> = []
  let length = 0
  return {
    size: () => length,
    add: (part: Uint8Array) => {
      if (part.length === 0) return
      parts.push(part)
      length += part.length
    },
    take: (): Uint8Array => {
      const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
      parts = []
      length = 0
      return all
    }
  }
}

/**
 * Makes a splitter. It looks at quotation marks, brackets and commas only: whether the frame and the stretches are JSON, a
 * reader of them finds out, so a text is JSON if its frame is, and every stretch in brackets.
 */
export const make = ({ found, list, most }: SplitOptions): RecordSplitter => {
  const frame = kept()
  const stretch = kept()
  let offset = 0
  let start = 0
  let depth = 0
  /** The depth of the list's members; 0 before and after the list. */
  let within = 0
  let members = 0
  let isAfterComma = false
  let isInString = false
  let isEscaped = false
  let hasList = false
  let isTooLarge = false
  /** The outermost object's key that was read last, as written; null where none can be. */
  let key: string | null = null
  let isKeyNext = false
  let keyBytes: Array<number> | null = null

  const give = (isLast: boolean) => {
    const bytes = stretch.take()
    if (!isLast || isAfterComma || !bytes.every(isSpace)) found({ start, bytes })
    isAfterComma = !isLast
    members = 0
  }
  const isNamed = (): boolean => {
    try {
      return key !== null && JSON.parse(`"${key}"`) === list
    } catch {
      return false
    }
  }

  const scan = (chunk: Uint8Array) => {
    // What was read since here belongs to the frame, or to the stretch.
    let since = 0
    const keep = (to: number) => {
      ;(within > 0 ? stretch : frame).add(chunk.subarray(since, to))
      since = to
    }
    for (let at = 0; at < chunk.length; at += 1) {
      // Most of a text is in strings.
      if (isInString && !isEscaped && keyBytes === null) {
        while (at < chunk.length && chunk[at] !== 0x22 && chunk[at] !== 0x5c) at += 1
        if (at === chunk.length) break
      }
      const byte = chunk[at] ?? 0
      if (isInString) {
        if (isEscaped) isEscaped = false
        else if (byte === 0x5c) isEscaped = true
        else if (byte === 0x22) isInString = false
        if (keyBytes === null) continue
        if (isInString && keyBytes.length < longestKey) keyBytes.push(byte)
        else {
          key = Buffer.from(keyBytes).toString()
          keyBytes = null
        }
        continue
      }
      if (isSpace(byte)) continue
      if (byte === 0x22) {
        isInString = true
        if (depth === 1 && isKeyNext) {
          keyBytes = []
          isKeyNext = false
        } else key = null
      } else if (byte === 0x5b || byte === 0x7b) {
        const isList = byte === 0x5b && within === 0 && !(depth === 0 ? hasList : depth > 1 || !isNamed())
        depth += 1
        key = null
        if (depth === 1) isKeyNext = byte === 0x7b
        if (isList) {
          hasList = true
          keep(at + 1)
          within = depth
          start = offset + at + 1
        }
      } else if (byte === 0x5d || byte === 0x7d) {
        if (within > 0 && depth === within) {
          keep(at)
          give(true)
          isAfterComma = false
          within = 0
        }
        depth -= 1
      } else if (byte === 0x2c) {
        if (depth === 1 && within === 0) isKeyNext = true
        if (within > 0 && depth === within) {
          members += 1
          if (members >= most || stretch.size() + at - since >= enough) {
            keep(at)
            give(false)
            since = at + 1
            start = offset + at + 1
          }
        }
      }
    }
    keep(chunk.length)
    offset += chunk.length
    if (stretch.size() + frame.size() > limit) {
      isTooLarge = true
      stretch.take()
      frame.take()
    }
  }

  return {
    push: (chunk) => {
      if (!isTooLarge) scan(chunk)
    },
    end: () => ({ bytes: frame.take(), hasList, isTooLarge })
  }
}
