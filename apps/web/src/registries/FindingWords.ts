import type { InEach, Language } from "../Language.js"

const findings: ReadonlyMap<string, InEach<string>> = new Map([
  ["column-unknown", { en: "a column that is not known here", ko: "알려지지 않은 열" }],
  ["country-unknown", { en: "a country that has no code", ko: "국가 코드를 알 수 없음" }],
  ["date-unparsable", { en: "a date that cannot be read", ko: "읽을 수 없는 날짜" }],
  ["duration-missing", { en: "no duration given", ko: "연구기간이 기재되지 않음" }],
  ["duration-unparsable", { en: "a duration that cannot be read", ko: "읽을 수 없는 연구기간" }],
  ["enrollment-missing", { en: "no number of participants given", ko: "연구대상자 수가 기재되지 않음" }],
  [
    "enrollment-unknown",
    { en: "a number of participants that is not known", ko: "연구대상자 수를 알 수 없음" }
  ],
  [
    "enrollment-unparsable",
    { en: "a number of participants that cannot be read", ko: "읽을 수 없는 연구대상자 수" }
  ],
  ["id-unusual", { en: "an id of an unusual form", ko: "형식이 특이한 번호" }],
  ["identifier-empty", { en: "an identifier without letters or digits", ko: "문자나 숫자가 없는 식별번호" }],
  ["institution-alias", { en: "an institution under one of its other names", ko: "기관의 다른 이름이 쓰임" }],
  ["name-missing", { en: "a name is missing", ko: "이름이 없음" }],
  ["number-inexact", { en: "a number too large to be exact", ko: "정확히 나타낼 수 없는 큰 수" }],
  ["record-repeated", { en: "a record that came more than once", ko: "두 번 이상 나온 기록" }],
  ["value-invalid", { en: "a value that its field cannot have", ko: "항목에 맞지 않는 값" }],
  ["vocabulary-unknown", { en: "a word that no code is known for", ko: "해당하는 코드가 없는 표현" }]
])

/** What a finding says; its own code where there are no words for it. */
export const findingLabel = (language: Language, code: string): string =>
  findings.get(code)?.[language] ?? code
