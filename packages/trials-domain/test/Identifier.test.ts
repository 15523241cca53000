import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { normalized } from "../src/model/Identifier.js"
import { secondaryId } from "../src/registries/SecondaryIds.js"
import { identifiersOf } from "../src/model/TrialIdentifiers.js"
import type { SecondaryId } from "../src/model/SecondaryId.js"

const also = (id: string | null, kind: SecondaryId["kind"]) => ({ id, kind })

describe("identifiers", () => {
  it.each([
    ["NCT01234567", "NCT01234567"],
    ["nct 0123-4567", "NCT01234567"],
    ["2014-001234-12", "201400123412"],
    // The number of a submission is no part of the trial's.
    ["2023-501234-12-00", "202350123412"],
    ["2023-501234-12", "202350123412"],
    ["2023 501234 12 00", "202350123412"],
    ["2023/501234/12/00", "202350123412"],
    ["2023.501234.12.00", "202350123412"],
    ["２０２３－５０１２３４－１２－００", "202350123412"],
    ["CTIS: 20235012341200", "202350123412"],
    // Only CTIS has one.
    ["2014-001234-12-01", "20140012341201"],
    ["U1111-1234-5678", "U111112345678"],
    ["EudraCT:2014-001234-12", "201400123412"],
    ["CRIS KCT0001234", "KCT0001234"],
    // A label belongs to a number alone.
    ["CRIS 7", "CRIS7"],
    ["JPRN-JapicCTI-152893", "JAPICCTI152893"],
    ["JapicCTI-152893", "JAPICCTI152893"],
    ["JPRN", "JPRN"],
    ["과제 1", "과제1"],
    [" - ", ""]
  ])("%s is found as %s", (written, identifier) => {
    expect(normalized(written)).toBe(identifier)
  })

  it("has one form in any case, width and punctuation", () => {
    const noise = fc.constantFrom("", " ", "-", "/", ".", "\u200b", "\u2013")
    const spelled = fc
      .tuple(fc.stringMatching(/^[A-Z]{1,6}\d{1,8}$/), fc.infiniteStream(noise), fc.boolean())
      .map(([id, noises, isLower]) => {
        const text = [...id].map((letter) => `${noises.next().value ?? ""}${letter}`).join("")
        return [id, isLower ? text.toLowerCase() : text] as const
      })
    fc.assert(fc.property(spelled, ([id, text]) => void expect(normalized(text)).toBe(id)))
  })

  it("has one form with any label", () => {
    const label = fc.constantFrom(
      "EudraCT",
      "EU-CT",
      "CTIS",
      "WHO UTN",
      "nct",
      "ISRCTN",
      "CRIS",
      "UMIN-CTR",
      "DRKS"
    )
    const word = fc.constantFrom("", " number", " No.", " nr", "-ID")
    const mark = fc.constantFrom("", " ", ":", "：", ": ", " #", ".", "-")
    const number = fc.constantFrom(
      "NCT01234567",
      "2014-001234-12",
      "2023-501234-12-00",
      "KCT0001234",
      "UMIN000012345"
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(label, word, mark)), number, (labels, id) => {
        expect(normalized(labels.flat().join("") + id)).toBe(normalized(id))
      })
    )
  })

  it("of a trial come once each, the registry's own first, without grants, long texts and numbers of other trials", () => {
    const content = {
      formerIds: ["NCT00000009", "nct00000001"],
      secondaryIds: [
        also("NCT0000 0009", "other"),
        also("PROT-1", "other"),
        also("2014-001234-12", "eudract"),
        also("NCT00000077", "nct"),
        secondaryId({ id: "NCT-00000078", issuer: null, isGrant: false }),
        also("R01", "grant"),
        also(null, null),
        also("x".repeat(101), "other")
      ]
    }
    expect(identifiersOf("NCT00000001", content)).toEqual([
      { identifier: "NCT00000001", kind: "own", written: "NCT00000001" },
      { identifier: "NCT00000009", kind: "former", written: "NCT00000009" },
      { identifier: "201400123412", kind: "eudract", written: "2014-001234-12" },
      { identifier: "PROT1", kind: "other", written: "PROT-1" }
    ])
  })
})
