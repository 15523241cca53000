/**
 * A record as a version keeps it: its JSON text, compressed. The first four bytes name the dictionary it was compressed
 * with (none: zeros), so a record can be read as long as the database holds that dictionary.
 *
 * @module
 */
import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Either, Schema } from "effect"
import { createHash } from "node:crypto"
import { deflateRawSync, inflateRawSync } from "node:zlib"
import type { StoreError } from "./StoreError.js"

const idLength = 4
const without = Buffer.alloc(idLength)

// Higher levels took half as long again, and saved one byte in a hundred.
const level = 4

// What deflate can look back to.
const longest = 32 * 1024

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** Text that is typical of a registry's records. */
export interface Dictionary {
  /** The beginning of its SHA-256. */
  readonly id: Uint8Array
  readonly text: string
}

/** A dictionary of a text; null if the text is empty. Of a longer text only the last 32 KiB count. */
export const dictionaryOf = (text: string): Dictionary | null =>
  text === "" ? null : { id: createHash("sha256").update(text).digest().subarray(0, idLength), text }

/** What names a dictionary in the database; null without one. */
export const nameOf = (dictionary: Dictionary | null): string | null =>
  dictionary === null ? null : hex(dictionary.id)

const bytesOf = ({ text }: Dictionary): Buffer => Buffer.from(text).subarray(-longest)

/** Compresses records with a dictionary, or with nothing but themselves (null). */
export const packer = (dictionary: Dictionary | null): ((record: string) => Uint8Array) => {
  const options = { level, ...(dictionary === null ? {} : { dictionary: bytesOf(dictionary) }) }
  const id = dictionary?.id ?? without
  return (record) => Buffer.concat([id, deflateRawSync(record, options)])
}

/** Reads a packed record as a database returns it; Left says why it cannot be read. */
export type Unpacker = (record: unknown) => Either.Either<string, string>

/** Reads what was packed with some dictionaries. */
export const unpacker = (dictionaries: ReadonlyArray<Dictionary>): Unpacker => {
  const known = new Map(dictionaries.map((each) => [hex(each.id), bytesOf(each)]))
  return (record) => {
    if (!(record instanceof Uint8Array)) return Either.left("the stored record is damaged")
    const id = hex(record.subarray(0, idLength))
    const dictionary = known.get(id)
    if (dictionary === undefined && id !== hex(without))
      return Either.left(
        `the stored record was packed with a dictionary that the database does not have (${id})`
      )
    return Either.mapLeft(
      Either.try(() =>
        inflateRawSync(record.subarray(idLength), dictionary === undefined ? {} : { dictionary }).toString()
      ),
      () => "the stored record is damaged"
    )
  }
}

const StoredDictionary = Schema.Struct({ text: Schema.String })

/** Reads any record of the database. */
export const stored: Effect.Effect<Unpacker, StoreError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findAll({
    Request: Schema.Void,
    Result: StoredDictionary,
    execute: () => sql`SELECT text FROM dictionaries ORDER BY id`
  })
  const found = yield* find()
  return unpacker(found.map(({ text }) => dictionaryOf(text)).filter((each) => each !== null))
})

/** Keeps a dictionary that records of the database are packed with. Part of the transaction that writes them. */
export const keep = (
  dictionary: Dictionary | null
): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    if (dictionary === null) return
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO dictionaries (id, text) VALUES (${hex(dictionary.id)}, ${dictionary.text})
      ON CONFLICT (id) DO NOTHING`
  })
