import { Either } from "effect"
import * as Registry from "trials-domain/Registry"
import { TrialContent } from "trials-domain/Trial"
import { hash, layer } from "./SyntheticClient.mjs"
import { SyntheticKdca } from "./SyntheticKdca.mjs"

const parts = ["ca", "ro", "mi", "te", "lo", "ne", "vi", "su", "da", "pre", "gli", "sto", "bu", "fen", "ox"]

/** The beginning of a word that does not exist, as many words have it; the small numbers are the frequent ones. */
const stem = (n) => {
  let text = ""
  for (let rest = n + 30; rest > 0; rest = Math.floor(rest / parts.length)) text += parts[rest % parts.length]
  return text
}

// No part begins with these, so that no word begins another.
const ends = ["k", "x", "z"]

/** A word that does not exist. */
const word = (n) => stem(n) + ends[n % ends.length]

/** A word of 30,000, of which few are in most texts; one in ten has a form of its own. */
const drawn = (n, salt) => {
  const chance = (hash(n, salt) + 1) / 4_294_967_297
  return word(Math.floor(30_000 ** chance) - 1) + (hash(n, salt + 7) % 10 === 0 ? "es" : "")
}

const drawnWords = (n, salt, count) =>
  Array.from({ length: count }, (_, at) => drawn(n, salt * 100 + at)).join(" ")

const registry = Registry.make({
  name: "bench",
  mappingVersion: 1,
  transform: ({ id, ...content }) => Either.right({ id, content: TrialContent.make(content), findings: [] })
})

const countries = ["KR", "US", "DE", "FR", "JP", "CN", "GB", "IT", "ES", "BR"]
const statuses = ["recruiting", "completed", "terminated", "unknown"]

/** Trials in two languages whose words are as frequent as in a real registry, of any number. */
export class SyntheticWords {
  constructor(trials) {
    this.trials = trials
    this.kdca = new SyntheticKdca(trials)
  }

  record(n) {
    const korean = this.kdca.record(n)
    const meets = n % 3 === 0 ? " evenly" : n % 3 === 1 ? " oddly" : ""
    const clustered = n < this.trials * 0.08 ? " clustered" : ""
    const pair = n % 100 === 3 ? " CAR-T cells" : n % 100 === 4 ? " t cells in a car" : ""
    return {
      id: `NCT${String(n).padStart(8, "0")}`,
      title: `${korean.과제명} ${drawnWords(n, 1, 9)}${meets}${clustered}${pair}${n % 60_000 === 7 ? " seldom" : ""}`,
      officialTitle: drawnWords(n, 2, 16),
      department: korean.진료과,
      leadInstitution: `${drawn(n, 3)} ${drawn(n, 4)} hospital`,
      collaborators: n % 3 === 0 ? [`${drawn(n, 5)} foundation`] : [],
      conditions: Array.from({ length: 1 + (n % 3) }, (_, at) => drawnWords(n, 6 + at, 2)),
      keywords: [drawnWords(n, 10, 2), drawnWords(n, 11, 2)],
      interventionNames: [drawnWords(n, 12, 2)],
      studyType: n % 5 === 0 ? "observational" : "interventional",
      status: statuses[hash(n, 13) % statuses.length],
      countries: [countries[hash(n, 14) % countries.length]],
      startDate: `${2000 + (hash(n, 15) % 26)}-0${1 + (n % 9)}-15`
    }
  }

  /** As a registry of one edition. */
  get layer() {
    return layer({
      registry,
      edition: "edition",
      trials: this.trials,
      record: (n) => this.record(n)
    })
  }
}

/** What is asked, by what it shows. */
export const questions = {
  "nothing sought": {},
  "frequent word": { q: word(1) },
  "prefix of many words": { q: stem(1) },
  "frequent syllables": { q: "임상" },
  "rare word": { q: "seldom" },
  "absent word": { q: "nowhere" },
  "absent syllables": { q: "없는낱말" },
  "clustered word": { q: "clustered" },
  "one syllable": { q: "암" },
  "one letter": { q: "t" },
  NCT0: { q: "NCT0" },
  "an identifier": { q: "NCT00000077" },
  "200 characters": {
    q: Array.from({ length: 25 }, (_, n) => word(n))
      .join(" ")
      .slice(0, 200)
  },
  "ten words": { q: Array.from({ length: 10 }, (_, n) => word(n)).join(" ") },
  "two that never meet": { q: "evenly oddly" },
  "adjacent, rare": { q: "CAR-T" },
  "adjacent, never": { q: "evenly-hospital" },
  "five syllables": { q: "임상연구의" },
  institution: { institution: `${word(1)} hospital` },
  "status and country": { status: "terminated", country: "KR" },
  "start in two months": { startDateFrom: "2013-03", startDateTo: "2013-04" }
}
