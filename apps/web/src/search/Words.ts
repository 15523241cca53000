import type { InEach } from "../Language.js"
import { many, whole } from "../text/Numbers.js"

const en = {
  title: "Search",
  titleFor: (q: string) => `Search: ${q}`,
  description:
    "Searches all trials of the registries that are collected here, by words and by what they are.",
  words: "Words, a number of the trial, or an acronym",
  button: "Search",
  more: "More filters",
  any: "any",
  anyRegistry: "all registries",
  hints: {
    country: "A code of two letters, as in KR",
    condition: "A disease, as in lymphoma"
  },
  results: "Results at the registry",
  yes: "yes",
  no: "no",
  from: (what: string) => `${what}: from`,
  to: (what: string) => `${what}: to`,
  dateHint: "Dates: a year, a month or a day, as in 2026, 2026-11 or 2026-11-23.",
  missingToo: "Also trials that their registry no longer lists",
  sort: "Order",
  sorts: {
    "-updatedAt": "Last change seen by us, newest first",
    updatedAt: "Last change seen by us, oldest first",
    id: "By number"
  },
  active: "Filters in force",
  remove: "remove this filter",
  clear: "Remove all",
  names: {
    updatedSince: "Changes seen since",
    updatedUntil: "Changes seen until",
    missing: "Also no longer listed"
  },
  total: {
    eq: (count: number) => many(count, "trial"),
    gte: (count: number) => `More than ${many(count, "trial")}`,
    approx: (count: number) => `About ${many(count, "trial")}`
  },
  leftOut: "Trials that their registry no longer lists are left out.",
  showMissing: "Show them too",
  withMissing: "Trials that their registry no longer lists are among them.",
  hideMissing: "Leave them out",
  lastChange: "Last change seen by us",
  firstSeen: "First seen",
  gone: "No longer listed by its registry since",
  raw: "The registry writes:",
  next: "Next page",
  first: "To the first page",
  narrow: "Narrow down",
  counted: (count: number) => `Counted over the newest ${whole("en", count)} hits.`,
  notSaid: "not said",
  moreValues: (count: number) => `${count} more`,
  mostValues: (count: number) => `Only the ${count} most frequent values are shown.`,
  exact: "Counts are of exactly this text; the list also has texts that contain it.",
  take: "Download this list",
  takeText: "All trials of this search, with all their fields:",
  changes: "What changed in these trials (Atom)",
  changesPage: "What changed in these trials",
  json: "This page as JSON",
  none: "No trial fits",
  wrong: "Nothing was searched for yet",
  wrongText:
    "Something that you asked for has a value that it cannot have. Correct it above, or leave it out:",
  without: (names: string) => `Search without ${names}`,
  tips: [
    "Check how the words are written. A registry is searched in the language that it writes in: the Korean one mostly in Korean, ClinicalTrials.gov in English.",
    "Use fewer or shorter words. All of them must occur; of a Latin word its beginning is enough, of a Korean one any part.",
    "Remove a filter: many trials say nothing of phase, status or country, and are not found by these."
  ],
  tipMissing: "The trial may be one that its registry no longer lists.",
  tipIdentifier: "You know its number? It is found by former numbers and those of other registries, too:",
  byIdentifier: "Search by number"
}

const ko: typeof en = {
  title: "검색",
  titleFor: (q) => `검색: ${q}`,
  description: "이곳에 수집된 모든 등록처의 임상시험을 단어와 조건으로 검색합니다.",
  words: "단어, 임상시험 번호 또는 약칭",
  button: "검색",
  more: "검색 조건 더 보기",
  any: "전체",
  anyRegistry: "모든 등록처",
  hints: {
    country: "두 글자 국가 코드(예: KR)",
    condition: "질환명(예: 림프종)"
  },
  results: "등록처의 결과 공개 여부",
  yes: "예",
  no: "아니요",
  from: (what) => `${what}: 시작`,
  to: (what) => `${what}: 끝`,
  dateHint: "날짜는 연, 월 또는 일로 씁니다(예: 2026, 2026-11, 2026-11-23).",
  missingToo: "등록처 목록에서 사라진 임상시험도 포함",
  sort: "정렬",
  sorts: { "-updatedAt": "최근 변경 확인 순", updatedAt: "오래된 변경 확인 순", id: "번호 순" },
  active: "적용된 조건",
  remove: "이 조건 삭제",
  clear: "모두 삭제",
  names: {
    updatedSince: "변경 확인 시작",
    updatedUntil: "변경 확인 끝",
    missing: "목록에서 사라진 것 포함"
  },
  total: {
    eq: (count) => `임상시험 ${whole("ko", count)}건`,
    gte: (count) => `${whole("ko", count)}건이 넘는 임상시험`,
    approx: (count) => `임상시험 약 ${whole("ko", count)}건`
  },
  leftOut: "등록처 목록에서 사라진 임상시험은 제외했습니다.",
  showMissing: "포함하여 보기",
  withMissing: "등록처 목록에서 사라진 임상시험도 포함되어 있습니다.",
  hideMissing: "제외하기",
  lastChange: "마지막 변경 확인:",
  firstSeen: "처음 확인:",
  gone: "등록처 목록에서 사라진 때:",
  raw: "등록처 표기:",
  next: "다음 페이지",
  first: "목록 처음으로",
  narrow: "결과 좁히기",
  counted: (count) => `최근 결과 ${whole("ko", count)}건을 센 값입니다.`,
  notSaid: "기재 없음",
  moreValues: (count) => `${count}개 더 보기`,
  mostValues: (count) => `가장 많은 값 ${count}개만 표시합니다.`,
  exact: "건수는 이 표기와 똑같은 것만 센 값이며, 목록에는 이 표기가 포함된 것도 나옵니다.",
  take: "이 목록 내려받기",
  takeText: "이 검색의 모든 임상시험을 모든 항목과 함께 받습니다.",
  changes: "이 임상시험들의 변경(Atom)",
  changesPage: "이 임상시험들의 변경 내역",
  json: "이 페이지(JSON)",
  none: "맞는 임상시험이 없습니다",
  wrong: "아직 검색하지 않았습니다",
  wrongText: "사용할 수 없는 값이 있습니다. 위에서 고치거나 그 조건을 빼고 검색하십시오.",
  without: (names) => `다음 조건을 빼고 검색: ${names}`,
  tips: [
    "단어의 철자를 확인하십시오. 각 등록처는 그 등록처가 쓰는 언어로 검색됩니다. 한국 등록처는 주로 한국어, ClinicalTrials.gov는 영어입니다.",
    "단어 수를 줄이거나 더 짧은 단어를 쓰십시오. 모든 단어가 들어 있어야 합니다. 영어 단어는 앞부분만, 한국어 단어는 일부만 써도 됩니다.",
    "조건을 하나씩 지워 보십시오. 임상시험 단계, 모집 상태, 국가를 기재하지 않은 임상시험은 이 조건으로 찾을 수 없습니다."
  ],
  tipMissing: "등록처 목록에서 이미 사라진 임상시험일 수 있습니다.",
  tipIdentifier: "번호를 알고 계십니까? 이전 번호나 다른 등록처의 번호로도 찾을 수 있습니다.",
  byIdentifier: "번호로 검색"
}

/** What the search says. */
export const words = { en, ko } satisfies InEach<typeof en>
