import type { InEach, Language } from "../Language.js"

const passing = {
  en: "The registry did not answer as it should. The next run tries again.",
  ko: "등록처가 제대로 응답하지 않았습니다. 다음 실행에서 다시 시도합니다."
}
const moved = {
  en: "The registry kept changing while it was read. The next run tries again.",
  ko: "읽는 동안 등록처의 내용이 계속 바뀌었습니다. 다음 실행에서 다시 시도합니다."
}
const operator = {
  en: "Whoever runs this site must change something before it can be read again.",
  ko: "이 사이트의 운영자가 설정을 고쳐야 다시 읽을 수 있습니다."
}
const ended = {
  en: "The run was ended before it was done. The next run tries again.",
  ko: "실행이 끝나기 전에 중단되었습니다. 다음 실행에서 다시 시도합니다."
}
const counts = {
  en: "What came does not add up to the registry’s own count.",
  ko: "받은 기록이 등록처가 밝힌 건수와 맞지 않습니다."
}

const reasons: ReadonlyMap<string, InEach<string>> = new Map([
  [
    "shrink",
    {
      en: "Many known trials did not come, and it is not known whether they are really gone.",
      ko: "알려진 임상시험이 많이 빠졌고, 정말로 사라졌는지 알 수 없습니다."
    }
  ],
  ["older-edition", { en: "The edition is older than the last one.", ko: "지난번보다 오래된 판본입니다." }],
  [
    "key-clash",
    { en: "One id came with two different contents.", ko: "한 번호에 서로 다른 내용이 있습니다." }
  ],
  ["columns-missing", { en: "A column is missing in every record.", ko: "모든 기록에 빠진 열이 있습니다." }],
  [
    "too-many-rejected",
    { en: "Too many records could not be read.", ko: "읽을 수 없는 기록이 너무 많습니다." }
  ],
  ["count-mismatch", counts],
  ...[
    "total-moved",
    "page-repeated",
    "id-repeated",
    "unstable-read",
    "version-moved",
    "place-lost",
    "record-lacking"
  ].map((code) => [code, moved] as const),
  ...["quota", "server", "network", "timeout", "malformed", "gone"].map((code) => [code, passing] as const),
  ...[
    "page-size",
    "request",
    "too-large",
    "redirect",
    "key",
    "certificate",
    "proxy",
    "file",
    "storage",
    "defect",
    "pieces-missing"
  ].map((code) => [code, operator] as const),
  ...["lease-lost", "interrupted", "killed"].map((code) => [code, ended] as const)
])

const other = {
  en: "What was read could not be taken over.",
  ko: "읽은 내용을 반영할 수 없었습니다."
}

/** What a reason means for a reader. */
export const reasonText = (language: Language, code: string): string => (reasons.get(code) ?? other)[language]
