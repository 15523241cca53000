import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { kdca } from "trials-domain/registries/kdca/Kdca"
import { hash, layer, pageSize } from "./SyntheticClient.mjs"

const sample = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve("trials-domain/sample/kdca.json")), "utf8")
).data

/** The words of the searches: in many titles, in about ten, in none. */
export const words = { frequent: "임상연구", rare: "모야모야", absent: "없는낱말" }

// An id is C and six digits.
export const mostTrials = 1_000_000

/**
 * A registry of any size. Its rows combine the columns of the 145 real ones and, like those, are not in the order of
 * their ids. From one edition to the next, 1 % of the rows change: half in their title, half in their target.
 */
export class SyntheticKdca {
  edition = 0

  constructor(trials) {
    this.trials = trials
  }

  id(n) {
    return `C${String(n).padStart(6, "0")}`
  }

  record(n) {
    const pick = (salt) => sample[hash(n, salt) % sample.length]
    const base = pick(1)
    const changed = n % 100 < this.edition
    const title = `${base.과제명} ${pick(2).과제명.split(" ")[0]} ${hash(n, 3) % 1000}`
    return {
      ...base,
      과제번호: this.id(n),
      과제명: `${n % Math.ceil(this.trials / 10) === 7 ? `${words.rare}병 ` : ""}${title}${changed && n % 2 === 0 ? " (연장)" : ""}`,
      연구책임기관: pick(4).연구책임기관,
      진료과: pick(5).진료과,
      전체목표연구대상자수: String((hash(n, 6) % 5000) + (changed && n % 2 === 1 ? 1 : 0))
    }
  }

  get layer() {
    return layer({
      registry: kdca,
      edition: `edition ${this.edition}`,
      trials: this.trials,
      // The order of the rows does not depend on their ids.
      record: (n) => this.record((n * 1_000_003) % this.trials)
    })
  }

  /** The rows of `trials` as a program without this project's code would write them: in pages, in key order. */
  *rows(columns) {
    const updatedAt = new Date().toISOString()
    for (let start = 0; start < this.trials; start += pageSize) {
      const end = Math.min(start + pageSize, this.trials)
      yield Array.from({ length: end - start }, (_, at) => {
        const { content, id } = kdca.transform(this.record(start + at)).right
        const own = {
          registry: "kdca",
          id,
          version: 1,
          created_at: updatedAt,
          updated_at: updatedAt,
          updated_seq: 1
        }
        return columns.map((column) => {
          const value = own[column] ?? content[column.replace(/_./g, (two) => two.charAt(1).toUpperCase())]
          return typeof value === "object" && value !== null ? JSON.stringify(value) : (value ?? null)
        })
      })
    }
  }
}
