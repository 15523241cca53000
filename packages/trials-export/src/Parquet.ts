/**
 * Trials as Parquet: texts, numbers, flags and instants in their own types, lists as LIST, objects as groups. The file is
 * written as it is read, and only its last group of rows is in memory.
 *
 * @module
 */
import { Effect, Stream } from "effect"
import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer"
import type { Shape } from "trials-domain/Shape"
import type { Trial } from "trials-domain/Trial"
import { type Column, columns } from "./Columns.js"

type Repetition = NonNullable<SchemaElement["repetition_type"]>

const leaves = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  number: { type: "INT32" },
  flag: { type: "BOOLEAN" },
  instant: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" }
  }
} as const satisfies Readonly<Record<string, Partial<SchemaElement>>>

/** The elements of a value in the file's schema: itself, then what is in it. A list is never null. */
const elementsOf = (
  name: string,
  shape: Shape | Column["shape"],
  repetition_type: Repetition
): ReadonlyArray<SchemaElement> => {
  switch (shape.kind) {
    case "list":
      return [
        {
          name,
          repetition_type: "REQUIRED",
          num_children: 1,
          converted_type: "LIST",
          logical_type: { type: "LIST" }
        },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elementsOf("element", shape.item, "REQUIRED")
      ]
    case "object":
      return [
        { name, repetition_type, num_children: shape.members.length },
        ...shape.members.flatMap(([member, inner]) => elementsOf(member, inner, "OPTIONAL"))
      ]
    default:
      return [{ name, repetition_type, ...leaves[shape.kind] }]
  }
}

const schema: ReadonlyArray<SchemaElement> = [
  { name: "trial", num_children: columns.length },
  ...columns.flatMap(({ name, shape }) => elementsOf(name, shape, "OPTIONAL"))
]

/** A group of rows is written when it has so many trials, or so many characters of text. */
const most = { trials: 10_000, characters: 4_000_000 }

const charactersOf = (value: unknown): number => {
  if (typeof value === "string") return value.length
  if (typeof value !== "object" || value === null) return 0
  let sum = 0
  // Faster than a list of the values of each trial.
  for (const name in value) sum += charactersOf(value[name as keyof typeof value])
  return sum
}

/** Lets everything else of the process have its turn. */
const others = Effect.async<void>((resume) => {
  const turn = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(turn))
})

/** A file that is being written. */
class ParquetFile {
  readonly #bytes = new ByteWriter()
  readonly #writer = new ParquetWriter({ writer: this.#bytes, schema: [...schema], createdBy: "trials" })
  #trials: Array<Trial> = []
  #characters = 0

  /** Adds trials; true if the group should be written now. */
  add(trials: ReadonlyArray<Trial>): boolean {
    for (const trial of trials) this.#characters += charactersOf(trial)
    this.#trials.push(...trials)
    return this.#trials.length >= most.trials || this.#characters >= most.characters
  }

  /** Writes the trials that were added as one group of rows, a column at a time: each takes the process for a moment. */
  readonly group: Stream.Stream<Uint8Array> = Stream.suspend(() => {
    const trials = this.#trials
    this.#trials = []
    this.#characters = 0
    const before = this.#writer.row_groups.length
    return Stream.fromIterable(trials.length === 0 ? [] : columns).pipe(
      Stream.mapEffect((column) => Effect.as(others, this.#column(column, trials))),
      Stream.concat(Stream.execute(Effect.sync(() => this.#join(before))))
    )
  })

  /** Writes what is left, and the part by which a reader knows that the file is whole. */
  readonly end: Stream.Stream<Uint8Array> = Stream.concat(
    this.group,
    Stream.sync(() => {
      void this.#writer.finish()
      return this.#taken()
    })
  )

  #column({ name, shape }: Column, trials: ReadonlyArray<Trial>): Uint8Array {
    const data = trials.map((trial) => {
      const value = trial[name]
      return shape.kind === "instant" && value !== null ? new Date(String(value)) : value
    })
    // Where a list or an object begins and ends, nobody looks.
    const statistics = shape.kind !== "list" && shape.kind !== "object"
    void this.#writer.write({ columnData: [{ name, data, statistics }], rowGroupSize: trials.length })
    return this.#taken()
  }

  /** Makes one group of rows of those that the writer has made of each column: they lie one behind the other. */
  #join(before: number): void {
    const [first, ...rest] = this.#writer.row_groups.splice(before)
    if (first === undefined) return
    for (const { columns, total_byte_size, total_compressed_size = 0n } of rest) {
      first.columns.push(...columns)
      first.total_byte_size += total_byte_size
      first.total_compressed_size = (first.total_compressed_size ?? 0n) + total_compressed_size
      this.#writer.num_rows -= first.num_rows
    }
    this.#writer.row_groups.push(first)
  }

  /** The bytes since they were last taken. */
  #taken(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes.getBuffer())
    this.#bytes.index = 0
    return bytes
  }
}

/** Trials as a file of Parquet. Without its last bytes, no reader takes it for a file. */
export const parquet = <E, R>(
  pages: Stream.Stream<ReadonlyArray<Trial>, E, R>
): Stream.Stream<Uint8Array, E, R> =>
  Stream.suspend(() => {
    const file = new ParquetFile()
    const groups = Stream.flatMap(pages, (trials) => (file.add(trials) ? file.group : Stream.empty))
    return Stream.concat(groups, file.end)
  })
