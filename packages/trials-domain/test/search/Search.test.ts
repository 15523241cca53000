import { Either } from "effect"
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { ctgov } from "../../src/registries/ctgov/Ctgov.js"
import { kdca } from "../../src/registries/kdca/Kdca.js"
import { TrialContent } from "../../src/model/Trial.js"
import { fold } from "../../src/model/Text.js"
import { isFound } from "../../src/search/Expression.js"
import { isSought, type Sighted, soughtBy } from "../../src/search/Sought.js"
import { keysOf, type SearchKeys } from "../../src/search/Terms.js"
import { wordsOf } from "../../src/search/Words.js"

const trialOf = (registry: string, id: string, content: TrialContent): Sighted => ({
  ...content,
  registry,
  id,
  updatedAt: "2026-11-01T00:00:00.000Z",
  missingSince: null
})

const withKeys = (trial: Sighted): readonly [Sighted, SearchKeys] => [
  trial,
  keysOf({ ...trial, content: trial })
]

const read = (file: string) => readFileSync(new URL(`../../sample/${file}`, import.meta.url), "utf8")

const korean = (JSON.parse(read("kdca.json")) as { readonly data: ReadonlyArray<unknown> }).data.map(
  (row) => {
    const { content, id } = Either.getOrThrow(kdca.transform(row))
    return withKeys(trialOf("kdca", id, content))
  }
)

const found = (all: typeof korean, filter: Parameters<typeof soughtBy>[0]) => {
  const isHit = isSought(soughtBy(filter, {}), false)
  return all.filter(([trial, keys]) => isHit(trial, keys)).map(([{ id }]) => id)
}

it("folds words: width, case, Latin marks, Greek letters; scripts apart; what is neither separates", () => {
  const words: ReadonlyArray<readonly [string, string]> = [
    ["Étude  ﬁbrose, Universitätsklinikum Łódź", "etude fibrose universitatsklinikum lodz"],
    ["CAR-T / car_t", "car t car t"],
    ["HER2양성", "her2 양성"],
    ["ＡＢＣ１２３", "abc123"],
    ["TNF-α, IFNα2b, αβ", "tnf alpha ifn alpha 2b alpha beta"],
    ["Νοσοκομείο", "νοσοκομείο"],
    ["Йод ЖИЗНЬ", "йод жизнь"],
    ["ΟΔΟΣ οδος", "οδοσ οδοσ"],
    ["間質性肺炎（IPF）", "間質性肺炎 ipf"],
    ["100%…", "100"],
    ["— %", ""]
  ]
  for (const [text, told] of words) expect(wordsOf(text).join(" "), text).toBe(told)
  expect(wordsOf("치매".normalize("NFD"))).toEqual(["치매"])
})

it("finds each part of one to four syllables of the real trials where a plain search of their texts finds it", () => {
  const texts = new Map(
    korean.map(([trial]) => [
      trial.id,
      [
        trial.title,
        trial.department,
        trial.leadInstitution,
        trial.studyTypeRaw,
        trial.phaseRaw,
        trial.observationalModelRaw,
        trial.scopeRaw
      ].map((text) => fold(text ?? ""))
    ])
  )
  const parts = new Set<string>()
  for (const text of [...texts.values()].flat()) {
    for (const [run] of text.matchAll(/[\p{sc=Hangul}\p{sc=Han}]+/gu))
      for (let length = 1; length <= 4; length += 1)
        for (let start = 0; start + length <= run.length; start += 1)
          parts.add(run.slice(start, start + length))
  }
  expect(parts.size).toBeGreaterThan(3000)
  for (const part of parts) {
    const plain = [...texts].filter(([, all]) => all.some((text) => text.includes(part))).map(([id]) => id)
    expect(found(korean, { q: part }), part).toEqual(plain)
  }
})

/** Trials that have nothing but titles, and those of them that a search finds. */
const titled = (titles: ReadonlyArray<string>) => {
  const all = titles.map((title, n) => withKeys(trialOf("test", `${n}`, TrialContent.make({ title }))))
  return (q: string) => found(all, { q }).map((id) => titles[Number(id)])
}

it("parts of a query word stand next to each other; the last one may go on; one or two letters are whole", () => {
  const cells = titled(["CAR-T cells", "car t", "car, t", "CART", "car and t", "cars-t", "car tumour"])
  expect(cells("CAR-T")).toEqual(["CAR-T cells", "car t", "car, t"])
  expect(cells("car t")).toEqual(["CAR-T cells", "car t", "car, t", "car and t", "cars-t"])
  expect(cells("car-tum")).toEqual(["car tumour"])
  expect(cells('"car t"')).toEqual(cells("car t"))
  const mixed = titled(["HER2양성 유방암", "HER2 양성환자", "HER2 음성 양성", "HER2(양성)", "음양성 HER2"])
  expect(mixed("HER2양성")).toEqual(["HER2양성 유방암", "HER2 양성환자", "HER2(양성)"])
  expect(mixed("양성HER2")).toEqual(["음양성 HER2"])
  const greek = titled(["TNF-α", "TNF alpha", "α-synuclein", "alphabet", "beta"])
  expect(greek("α")).toEqual(["TNF-α", "TNF alpha", "α-synuclein"])
  expect(greek("alpha")).toEqual(["TNF-α", "TNF alpha", "α-synuclein", "alphabet"])
  expect(greek("TNFα,")).toEqual(["TNF-α", "TNF alpha"])
  expect(greek("tnf-alpha")).toEqual(["TNF-α", "TNF alpha"])
  const signs = titled(["50 % of", "a_b", "plain"])
  expect(signs("%")).toEqual(["50 % of"])
  expect(signs("_")).toEqual(["a_b"])
  const long = "x".repeat(90)
  expect(titled([long, `${long}y`, "x".repeat(70)])(long)).toEqual([long, `${long}y`])
})

const studies = (JSON.parse(read("ctgov.json")) as { readonly studies: ReadonlyArray<unknown> }).studies.map(
  (study) => {
    const { content, id } = Either.getOrThrow(ctgov.transform(study))
    return withKeys(trialOf("ctgov", id, content))
  }
)

it("finds what people look for among real studies, by a plain look at their words", () => {
  const said = new Map(studies.map(([{ id }, { texts }]) => [id, Object.values(texts).join("\n")]))
  for (const [q, form] of [
    ["covid 19", /^(?=[^]* covid)(?=[^]* 19 )/],
    ["her-2", / her 2 /],
    ["car-t", / car t /],
    ["b-all", / b all/],
    ["lung", / lung/],
    ["alpha", / alpha/],
    ["α", / alpha /],
    ["nsclc", / nsclc/]
  ] as const)
    expect(found(studies, { q }), q).toEqual(
      [...said].filter(([, text]) => form.test(text)).map(([id]) => id)
    )
  // Each is found by every number that it has.
  for (const [{ id, secondaryIds }] of studies)
    for (const written of [
      id,
      ...secondaryIds.flatMap((each) => (each.kind === "grant" ? [] : [each.id ?? id]))
    ])
      if (written.length <= 60) expect(found(studies, { q: written }), written).toContain(id)
})

it("tells long identifiers, acronyms and coded texts apart", () => {
  // A letter in two halves stands where a long value is cut.
  const long = (end: string) => `${"A".repeat(47)}𐐨${"A".repeat(30)}${end}`
  const all = ["1", "2"].map((end) =>
    withKeys(
      trialOf(
        "test",
        end,
        TrialContent.make({
          title: end,
          acronym: long(end),
          scopeRaw: long(end),
          secondaryIds: [{ id: long(`B${end}`), kind: "other", issuer: null, raw: end }]
        })
      )
    )
  )
  for (const [, { terms }] of all) for (const term of terms) expect(term.isWellFormed(), term).toBe(true)
  expect(found(all, { identifier: `B2${"A".repeat(47)}A` })).toEqual([])
  expect(found(all, { identifier: long("B2") })).toEqual(["2"])
  const { named } = soughtBy({ q: long("1") }, {})
  expect(
    all.filter(([, { terms }]) => named !== null && isFound(named, terms)).map(([{ id }]) => id)
  ).toEqual(["1"])
})

it("finds nothing by the tags of terms", () => {
  const all = [
    withKeys(
      trialOf(
        "test",
        "1",
        TrialContent.make({
          title: "Knee pain",
          acronym: "ACRO",
          studyType: "interventional",
          studyTypeRaw: "Interventional",
          phaseRaw: "Phase 3",
          scopeRaw: "single",
          observationalModelRaw: "cohort",
          status: "recruiting",
          statusRaw: "RECRUITING",
          countries: ["FR"],
          countriesRaw: ["France"],
          startDate: "2024-05"
        })
      )
    )
  ]
  const [[, keys] = []] = all
  const tags = [...(keys?.terms ?? [])].flatMap((term) =>
    term.includes(":") ? [term.split(":")[0] ?? ""] : []
  )
  expect(tags.length).toBeGreaterThan(10)
  const said = "knee pain acro interventional phase 3 single cohort recruiting france 1"
  for (const tag of tags)
    for (let length = 1; length <= tag.length; length += 1) {
      const q = tag.slice(0, length)
      const isSaid = said.split(" ").some((word) => (q.length < 3 ? word === q : word.startsWith(q)))
      expect(found(all, { q }), q).toHaveLength(Number(isSaid))
    }
  expect(titled(["Cor pulmonale"])("cor")).toEqual(["Cor pulmonale"])
})

it("finds the same by any number of terms", () => {
  const title = "a long title of nine words in one order"
  const all = [title, title.replace("nine", "ten")].map((title, n) =>
    withKeys(trialOf("kdca", String(n), TrialContent.make({ title })))
  )
  for (const q of [
    title,
    title.split(" ").reverse().join(" "),
    `${title} that nobody has`,
    "of ord nine one"
  ])
    for (const most of [1, 2, 6, 40]) {
      const isHit = isSought(soughtBy({ q }, {}, most), false)
      const hits = all.filter(([trial, keys]) => isHit(trial, keys)).map(([{ id }]) => id)
      expect(hits, `${q} by ${most}`).toEqual(q.includes("nobody") ? [] : ["0"])
    }
})

it("asks the index for few terms of a long text, and checks the rest", () => {
  const syllables = Array.from({ length: 200 }, (_, n) => String.fromCodePoint(0xac00 + 28 * n)).join("")
  const { terms, wordChecks } = soughtBy({ q: syllables }, {})
  expect(JSON.stringify(terms).match(/"term"/g)?.length).toBeLessThan(40)
  expect(wordChecks).toHaveLength(1)
  const last = `${syllables.slice(0, -1)}힣`
  expect(titled([last, syllables])(syllables)).toEqual([syllables])
})
