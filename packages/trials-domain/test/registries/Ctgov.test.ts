import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck as fc, Schema } from "effect"
import { readFileSync } from "node:fs"
import { toText } from "../../src/model/Content.js"
import { TrialContent } from "../../src/model/Trial.js"
import { map } from "../../src/pipeline/Mapping.js"
import { transform } from "../../src/pipeline/Transform.js"
import { countryCode } from "../../src/registries/ctgov/Countries.js"
import { ctgov } from "../../src/registries/ctgov/Ctgov.js"
import { censusPieces, type CtgovPiece, detailPieces, paths } from "../../src/registries/ctgov/CtgovRecord.js"
import { enums } from "./CtgovEnums.js"

type Json = { readonly [name: string]: Json } | ReadonlyArray<Json> | string | number | boolean | null

// Whole studies of the registry, cut to the pieces that are asked for; lists of sites and outcomes are shortened.
const studies: ReadonlyArray<Json> = JSON.parse(
  readFileSync(new URL("./fixtures/ctgov-studies.json", import.meta.url), "utf8")
)

const read = (record: unknown) => Either.getOrThrow(map(ctgov, record))

/** A study with these values at these paths; a part `0` is the first of a list. */
const study = (values: Readonly<Record<string, Json>>): unknown => {
  const whole: Record<string, unknown> = {}
  for (const [path, value] of Object.entries({
    [paths.NCTId]: "NCT01234567",
    [paths.BriefTitle]: "A study",
    ...values
  })) {
    const names = path.split(".")
    let at: Record<string, unknown> = whole
    for (const [n, name] of names.entries()) {
      const isLast = n === names.length - 1
      at[name] ??= isLast ? value : names[n + 1] === "0" ? [] : {}
      at = at[name] as Record<string, unknown> // made here
    }
  }
  return whole
}

const contentOf = (values: Readonly<Record<string, Json>>) => read(study(values)).content
const findingsOf = (values: Readonly<Record<string, Json>>) => read(study(values)).findings

describe("the real studies", () => {
  const mapped = new Map(studies.map((each) => [read(each).id, read(each)]))
  const one = (id: string) => mapped.get(id)?.content

  it("are all read, with one finding: a study whose sponsor's number is to be announced", () => {
    const { findings, rejected, trials } = transform(ctgov, studies)
    expect([trials.length, rejected]).toEqual([studies.length, []])
    expect(findings).toEqual([
      { id: "NCT05078931", code: "identifier-empty", field: "secondaryIds", value: "TBA" }
    ])
  })

  it("say what the registry shows", () => {
    expect(one("NCT01987596")).toMatchObject({
      url: "https://clinicaltrials.gov/study/NCT01987596",
      studyType: "interventional",
      phases: ["3"],
      phaseRaw: "PHASE3",
      status: "terminated",
      statusRaw: "TERMINATED",
      leadInstitution: "Barbara Ann Karmanos Cancer Institute",
      sponsorClass: "other",
      collaborators: ["National Cancer Institute (NCI)", "Children's Hospital of Michigan"],
      interventions: [{ type: "biological", name: "filgrastim", otherNames: ["G-CSF", "Neupogen"] }],
      interventionNames: ["filgrastim"],
      design: {
        allocation: "randomized",
        masking: "none",
        purpose: "supportive-care",
        assignment: "crossover"
      },
      enrollment: 23,
      enrollmentType: "actual",
      startDate: "2013-08",
      startDateType: null,
      completionDateType: "actual",
      countries: ["US"],
      hasResults: true,
      resultsDate: "2020-10-29"
    })
    const ids = one("NCT01987596")?.secondaryIds.map(({ issuer, kind, raw }) => [raw, kind, issuer])
    expect(ids).toEqual([
      ["2013-062", "other", null],
      ["NCI-2013-02001", "other", "CTRP (Clinical Trial Reporting Program)"],
      ["2013-062", "other", "Barbara Ann Karmanos Cancer Institute"],
      ["P30CA022453", "grant", "NIH"]
    ])
    expect(one("NCT01987596")?.eligibility).toMatchObject({ sex: "all", minimumAge: "1 Year" })
    expect(one("NCT01987596")?.eligibility?.criteria).toContain("\n* Diagnostic categories\n\n  * Sarcoma")
    expect(one("NCT02385136")).toMatchObject({ status: "unknown", lastKnownStatus: "not-yet-recruiting" })
    expect(one("NCT06094296")?.countries).toEqual(["AU", "US"])
  })
})

describe("a study", () => {
  it("gives the same trial whatever the registry computes, whenever it was released, and in any order", () => {
    const shuffled = (value: Json, turn: number): Json => {
      if (typeof value !== "object" || value === null) return value
      if (Array.isArray(value)) return value.map((each: Json) => shuffled(each, turn))
      const entries = Object.entries(value).map(([name, each]) => [name, shuffled(each, turn)] as const)
      return Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)])
    }
    const derived = {
      miscInfoModule: { versionHolder: "2030-01-01", removedCountries: ["France"] },
      conditionBrowseModule: { meshes: [{ id: "D1", term: "Another" }] }
    }
    const people = {
      contactsLocationsModule: {
        centralContacts: [{ name: "Somebody" }],
        overallOfficials: [{ name: "Somebody" }]
      }
    }
    fc.assert(
      fc.property(fc.constantFrom(...studies), fc.nat(4), (each, turn) => {
        const whole = shuffled(each, turn) as Record<string, Record<string, Json>> // an object again
        const section = whole["protocolSection"] ?? {}
        const known = section["contactsLocationsModule"] ?? {}
        const contactsLocationsModule = { ...people.contactsLocationsModule, ...(known as object) }
        const now = {
          ...whole,
          derivedSection: derived,
          resultsSection: { moreInfoModule: { pointOfContact: { title: "Somebody" } } },
          protocolSection: { ...section, contactsLocationsModule }
        }
        expect(toText(read(now).content)).toBe(toText(read(each).content))
      })
    )
  })

  it("is rejected only where it has no number or no title, with its number if it has one", () => {
    const reasons = [
      null,
      [],
      "x",
      {},
      study({ [paths.NCTId]: "NCT123" }),
      study({ [paths.BriefTitle]: " " })
    ].map((record) => Either.getOrThrow(Either.flip(ctgov.transform(record))).id)
    expect(reasons).toEqual([null, null, null, null, null, "NCT01234567"])
  })

  it("that has anything anywhere is read, and what cannot be is a finding", () => {
    const pieces = fc.constantFrom(
      ...detailPieces.filter((piece) => piece !== "NCTId" && piece !== "BriefTitle")
    )
    const isContent = Schema.is(TrialContent)
    fc.assert(
      fc.property(fc.dictionary(pieces, fc.jsonValue()), (values) => {
        const record = study(
          Object.fromEntries(
            Object.entries(values).map(([piece, value]) => [paths[piece as CtgovPiece], value as Json])
          )
        )
        const mapped = ctgov.transform(record)
        expect(Either.isRight(mapped) && isContent(mapped.right.content)).toBe(true)
        expect(read(record).findings.filter(({ field }) => field === null)).toEqual([])
      })
    )
  })

  it("that is withheld is a trial that says little", () => {
    const withheld = {
      [paths.BriefTitle]: "[Trial of device that is not approved or cleared by the U.S. FDA]",
      [paths.OverallStatus]: "WITHHELD",
      [paths.LeadSponsorName]: "[Redacted]",
      "protocolSection.identificationModule.orgStudyIdInfo.id": "[Redacted]",
      [paths.DelayedPosting]: true,
      [paths.HasResults]: false
    }
    expect(findingsOf(withheld)).toEqual([])
    const { status, statusRaw, title, url, hasResults, ...rest } = contentOf(withheld)
    expect([title[0], status, statusRaw, hasResults]).toEqual(["[", "withheld", "WITHHELD", false])
    expect(toText({ ...rest, title: "t", url: null, status: null, statusRaw: null, hasResults: null })).toBe(
      '{"title":"t"}'
    )
    expect(url).toContain("NCT01234567")
  })

  it("names its sponsor, person or not", () => {
    const sponsor = { [paths.LeadSponsorName]: "Somebody", [paths.LeadSponsorClass]: "INDIV" }
    expect(contentOf(sponsor)).toMatchObject({ leadInstitution: "Somebody", sponsorClass: "individual" })
  })

  it("has an enrolment unless the registry says that it does not know it", () => {
    expect(contentOf({ [paths.EnrollmentCount]: 0 })).toMatchObject({ enrollment: 0, enrollmentRaw: "0" })
    const unknown = { [paths.EnrollmentCount]: 99_999_999 }
    expect(contentOf(unknown)).toMatchObject({ enrollment: null, enrollmentRaw: "99999999" })
    expect(findingsOf(unknown)).toEqual([
      { code: "enrollment-unknown", field: "enrollment", value: "99999999" }
    ])
  })

  it("keeps its phases together and its former numbers, and dates as precise as they are", () => {
    const two = contentOf({ [paths.Phase]: ["PHASE2", "PHASE3"], [paths.NCTIdAlias]: ["NCT00000001"] })
    expect(two).toMatchObject({ phases: ["2", "3"], phaseRaw: "PHASE2|PHASE3", formerIds: ["NCT00000001"] })
    expect(contentOf({ [paths.Phase]: ["NA"] })).toMatchObject({ phases: [], phaseRaw: "NA" })
    expect(contentOf({ [paths.StartDate]: "2006-11" }).startDate).toBe("2006-11")
    expect(findingsOf({ [paths.StartDate]: "November 2006" })).toEqual([
      { code: "date-unparsable", field: "startDate", value: "November 2006" }
    ])
  })

  it("says which outcomes, interventions and arms have no name, and leaves them out", () => {
    const of = (items: ReadonlyArray<Record<string, Json>>) => ({
      [paths.PrimaryOutcome]: items.map(({ name, ...item }) => ({ ...item, measure: name ?? null })),
      "protocolSection.armsInterventionsModule.interventions": items,
      "protocolSection.armsInterventionsModule.armGroups": items.map(({ name, ...item }) => ({
        ...item,
        label: name ?? null
      }))
    })
    const nameless = of([{ type: "OTHER" }, { name: " ", type: "OTHER" }, { name: "n" }])
    expect(contentOf(nameless)).toMatchObject({
      primaryOutcomes: [{ measure: "n" }],
      interventionNames: ["n"],
      arms: [{ label: "n" }]
    })
    expect(findingsOf(nameless).map(({ code, field }) => `${code} ${field}`)).toEqual(
      ["interventions", "arms", "primaryOutcomes"].flatMap((field) => [
        `name-missing ${field}`,
        `name-missing ${field}`
      ])
    )
    // What the registry removed, or wrote for nothing, is not missing.
    expect(findingsOf(of([{ name: "[Redacted]" }, {}]))).toEqual([])
  })

  it("is in the countries of its sites, by any of their names, in one order", () => {
    const sites = (...countries: ReadonlyArray<string>) => ({
      "protocolSection.contactsLocationsModule.locations": countries.map((country) => ({ country }))
    })
    for (const [old, now, code] of [
      ["Korea, Republic of", "South Korea", "KR"],
      ["Turkey", "Turkey (Türkiye)", "TR"],
      ["Russian Federation", "Russia", "RU"],
      ["Czech Republic", "Czechia", "CZ"],
      ["Viet Nam", "Vietnam", "VN"],
      ["Macedonia, The Former Yugoslav Republic of", "North Macedonia", "MK"],
      ["Congo, The Democratic Republic of the", "Democratic Republic of the Congo", "CD"],
      ["Côte D'Ivoire", "Ivory Coast", "CI"],
      ["Iran, Islamic Republic of", "Iran", "IR"],
      ["Trinidad & Tobago", "Trinidad and Tobago", "TT"],
      ["Bosnia & Herzegovina", "Bosnia and Herzegovina", "BA"],
      ["St. Vincent & the Grenadines", "Saint Vincent and the Grenadines", "VC"],
      ["Hong Kong SAR China", "Hong Kong", "HK"],
      ["The Democratic Republic of the Congo", "Democratic Republic of the Congo", "CD"],
      ["Congo, Republic of the", "Republic of the Congo", "CG"],
      ["Bahamas, The", "The Bahamas", "BS"],
      ["The Netherlands", "Netherlands", "NL"]
    ] as const) {
      expect([old, now].map(countryCode), old).toEqual([code, code])
    }
    expect(contentOf(sites("Turkey", "France", "Turkey", "Former Yugoslavia"))).toMatchObject({
      countries: ["FR", "TR"],
      countriesRaw: ["Former Yugoslavia", "France", "Turkey"]
    })
    expect(findingsOf(sites("Former Yugoslavia"))).toEqual([
      { code: "country-unknown", field: "countries", value: "Former Yugoslavia" }
    ])
    expect(contentOf(sites("France", "Turkey"))).toEqual(contentOf(sites("Turkey", "France", "France")))
  })
})

describe("the registry's words", () => {
  const wordAt = (path: string, value: Json) => ({
    "protocolSection.armsInterventionsModule.interventions.0.name": "n",
    "protocolSection.armsInterventionsModule.armGroups.0.label": "l",
    [path]: value
  })

  it.each(enums)(
    "of $path are all known, and another one is unknown, with a finding",
    ({ codeIn, path, words }) => {
      const isList = path === paths.Phase
      const read = (word: string) => wordAt(path, isList ? [word] : word)
      const codes = words.map((word) => {
        expect(findingsOf(read(word)), word).toEqual([])
        return codeIn(contentOf(read(word)))
      })
      expect(new Set(codes.map((code) => JSON.stringify(code))).size).toBe(words.length)
      for (const code of codes.flat()) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      fc.assert(
        fc.property(fc.string({ minLength: 1 }), (text) => {
          const word = `X${text}X`
          expect(codeIn(contentOf(read(word)))).toEqual(isList ? [] : "unknown")
          expect(findingsOf(read(word)).map(({ code }) => code)).toEqual(["vocabulary-unknown"])
        }),
        { numRuns: 20 }
      )
    }
  )
})

describe("what is asked for", () => {
  it("is listed without the day of the release, and names no contact, official or site", () => {
    expect(ctgov.listed).toHaveLength(censusPieces.length - 1)
    expect(ctgov.listed).not.toContain(paths.VersionHolder)
    expect(detailPieces).toEqual(expect.arrayContaining([...censusPieces]))
    for (const path of Object.values(paths)) {
      expect(path).not.toMatch(
        /centralContacts|overallOfficials|investigator|facility|resultsSection|derivedSection\.(?!miscInfo)/i
      )
    }
  })
})
