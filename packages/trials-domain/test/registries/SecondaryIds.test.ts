import { FastCheck as fc } from "effect"
import { expect, it } from "vitest"
import { secondaryId } from "../../src/registries/SecondaryIds.js"

const of = (id: string, isGrant = false) => secondaryId({ id, issuer: "said", isGrant })

it.each([
  ["NCT01234567", "nct", "NCT01234567"],
  ["nct01234567", "nct", "NCT01234567"],
  ["NCT 01234567", "nct", "NCT01234567"],
  ["NCT-01234567", "nct", "NCT01234567"],
  ["NCT00000000", "other", "NCT00000000"],
  ["NCT0123456", "other", "NCT0123456"],
  ["2022-503007-22", "ctis", "2022-503007-22"],
  ["2022-503007-22-00", "ctis", "2022-503007-22-00"],
  ["EU CT number: 2022-503007-22-00", "ctis", "2022-503007-22-00"],
  ["2014-005098-35", "eudract", "2014-005098-35"],
  ["2014\u2010005098\u201335", "eudract", "2014-005098-35"],
  ["EudraCT: 2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT No. 2014-005098-35", "eudract", "2014-005098-35"],
  ["EUDRACT-2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT:2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT Number:2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT\uff1a2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT nº 2014-005098-35", "eudract", "2014-005098-35"],
  ["EudraCT# 201400509835", "eudract", "2014-005098-35"],
  ["EUCTR2014-005098-35", "eudract", "2014-005098-35"],
  ["2014 005098 35", "eudract", "2014-005098-35"],
  ["２０１４－００５０９８－３５", "eudract", "2014-005098-35"],
  ["CTIS:2022-503007-22-00", "ctis", "2022-503007-22-00"],
  ["EU-CT 2022-503007-22", "ctis", "2022-503007-22"],
  ["2022/503007/22/00", "ctis", "2022-503007-22-00"],
  ["2014-105098-35", "other", "2014-105098-35"],
  // A sponsor's number may have twelve digits.
  ["201400509835", "other", "201400509835"],
  ["2014-0050-9835", "other", "2014-0050-9835"],
  ["2014-005098-35-FR", "other", "2014-005098-35-FR"],
  ["ISRCTN12345678", "isrctn", "ISRCTN12345678"],
  ["ISRCTN 12345678", "isrctn", "ISRCTN12345678"],
  ["ISRCTN-12345678", "isrctn", "ISRCTN12345678"],
  ["ISRCTN00000000", "other", "ISRCTN00000000"],
  ["KCT0001234", "kct", "KCT0001234"],
  ["KCT-0001234", "kct", "KCT0001234"],
  ["CRIS:KCT0001234", "kct", "KCT0001234"],
  ["U1111-1282-5699", "utn", "U1111-1282-5699"],
  ["UTN: U1111-1282-5699", "utn", "U1111-1282-5699"],
  ["UTN:U1111-1282-5699", "utn", "U1111-1282-5699"],
  ["U1111 1282 5699", "utn", "U1111-1282-5699"],
  ["U1111-0000-0000", "other", "U1111-0000-0000"],
  ["jRCT2031200001", "jrct", "jRCT2031200001"],
  ["JRCTS031180001", "jrct", "jRCTs031180001"],
  ["JPRN-jRCT2031200001", "jrct", "jRCT2031200001"],
  ["UMIN000012345", "umin", "UMIN000012345"],
  ["JPRN-UMIN000012345", "umin", "UMIN000012345"],
  ["JPRN UMIN000012345", "umin", "UMIN000012345"],
  ["UMIN-CTR:UMIN000012345", "umin", "UMIN000012345"],
  ["JPRN-UMIN-CTR ID: UMIN000012345", "umin", "UMIN000012345"],
  // No shape is known of it.
  ["JPRN-JapicCTI-152893", "other", "JPRN-JapicCTI-152893"],
  ["DRKS00012345", "drks", "DRKS00012345"],
  ["ACTRN12605000012345", "actrn", "ACTRN12605000012345"],
  ["see NCT01234567", "other", "see NCT01234567"],
  ["None-001", "other", "None-001"],
  ["No. 7", "other", "No. 7"],
  ["암-7", "other", "암-7"]
])("%s is of kind %s: %s", (raw, kind, id) => {
  expect(of(raw)).toEqual({ id, kind, issuer: "said", raw })
})

it("a sponsor's own id is of no other kind, however it is written", () => {
  const issuers = /^(?:NCT|KCT|ISRCTN|U1111|J?RCT|UMIN|DRKS|ACTRN|EUDRACT|EUCT|CTIS|UTN)/i
  const sponsors = [
    /[A-Z]{1,6}[ -]?\d{2,9}[A-Z]?/,
    /[A-Z]{2,5}\d{2}[-/.]\d{3,4}[-/.]\d{2,3}/,
    /(?:R01|U10|P30|UG3) ?[A-Z]{2}\d{6}(?:-\d\d)?/,
    /20\d\d-[1-46-9]\d{5}-\d\d/,
    /20\d\d[-/ ]\d{3,4}[-/ ]\d{4}/,
    /20\d\d[-/.]?\d{2}[-/.]\d{4,6}/,
    /20\d\d(?:0[1-9]|1[0-2])\d{6}/,
    /\d{2,12}/
  ].map((shape) => fc.stringMatching(new RegExp(`^${shape.source}$`)))
  fc.assert(
    fc.property(fc.oneof(...sponsors), (id) => {
      fc.pre(!issuers.test(id))
      expect(of(id)).toEqual({ id, kind: "other", issuer: "said", raw: id })
    }),
    { numRuns: 1000 }
  )
})

it.each(["N/A", "n.a.", "NA", "Not applicable", "not Applicable.", "none", "-", "—", "TBD", "pending"])(
  "%s is no identifier",
  (raw) => expect(of(raw)).toEqual({ id: null, kind: null, issuer: "said", raw })
)

it("a grant is none of a trial, whatever its shape", () => {
  expect(of("NCT01234567", true)).toEqual({
    id: "NCT01234567",
    kind: "grant",
    issuer: "said",
    raw: "NCT01234567"
  })
})
