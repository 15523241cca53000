import type { InEach, Language } from "../Language.js"

const choice = { en: "Choose a value from the list.", ko: "목록에서 고르십시오." }
const text = {
  en: "Type at least one letter or digit, and at most 500 characters.",
  ko: "글자나 숫자를 하나 이상, 500자까지 입력하십시오."
}
const date = {
  en: "Write a year, a month or a day, as in 2026, 2026-11 or 2026-11-23.",
  ko: "연, 월 또는 일로 쓰십시오(예: 2026, 2026-11, 2026-11-23)."
}
const instant = {
  en: "Write an instant with its time zone, as in 2026-11-23T00:00:00Z.",
  ko: "시간대가 있는 시각으로 쓰십시오(예: 2026-11-23T00:00:00Z)."
}
const either = { en: "Write true or false.", ko: "true 또는 false로 쓰십시오." }
const texts = [
  "q",
  "title",
  "department",
  "institution",
  "sponsor",
  "condition",
  "intervention",
  "identifier"
]
const choices = ["studyType", "phase", "observationalModel", "scope", "status", "sponsorClass", "registry"]
const dates = ["registeredDate", "startDate", "completionDate", "registryUpdatedDate"]

const rules: ReadonlyMap<string, InEach<string>> = new Map([
  ...texts.map((name) => [name, text] as const),
  ...[...choices, "sort", "kind", "field"].map((name) => [name, choice] as const),
  ...dates.flatMap((name) => [[`${name}From`, date] as const, [`${name}To`, date] as const]),
  ...["updatedSince", "updatedUntil", "since", "until", "asOf"].map((name) => [name, instant] as const),
  ...["hasResults", "missing", "silent", "mass"].map((name) => [name, either] as const),
  [
    "country",
    {
      en: "Choose a country from the list, or type its code of two letters (KR).",
      ko: "수행 국가는 목록에서 고르거나 두 글자 코드(KR)로 입력하십시오."
    }
  ],
  [
    "cursor",
    {
      en: "This is no place in this list. Begin at its first page.",
      ko: "이 목록에 없는 위치입니다. 첫 쪽부터 다시 보십시오."
    }
  ]
])

/** What to do about a parameter that is wrong; undefined where only the API says it, in English. */
export const ruleOf = (language: Language, parameter: string): string | undefined =>
  rules.get(parameter)?.[language]
