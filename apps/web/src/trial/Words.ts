import type { InEach } from "../Language.js"

const n = (count: number): string => count.toLocaleString("en-GB")
const k = (count: number): string => count.toLocaleString("ko-KR")

const en = {
  description: (registry: string, id: string) =>
    `${id} at ${registry}: what the registry says, every version that we saw of it, and what changed.`,
  noStatus: "The registry does not say whether it recruits.",
  lastKnown: (status: string) => `last known: ${status}`,
  raw: "in the registry's words:",
  unsaid: "The registry does not say:",
  missing: "The registry no longer lists this trial. We first missed it on",
  missingText: "What is shown is what it said before.",
  merged: "The registry merged this record into",
  ownPage: "The registry's own page",
  sections: {
    overview: "Overview",
    who: "Who and where",
    design: "Design",
    eligibility: "Participants",
    dates: "Dates",
    outcomes: "Outcomes",
    identifiers: "Identifiers",
    other: "Results and ethics"
  },
  language: "What the registry wrote is shown as it wrote it, and is not translated.",
  onThisPage: "On this page",
  timeline: "Versions",
  seenFirst: "First seen by us on",
  seenText: "The registry may have had it for years before, and may have edited it.",
  total: (count: number) => `${n(count)} version${count === 1 ? "" : "s"}.`,
  version: (version: number) => `Version ${n(version)}`,
  fields: "Fields:",
  whatChanged: "what changed",
  asItWas: "as it was",
  older: "Older versions",
  newest: "Newest versions",
  compare: "Compare two versions",
  from: "From",
  to: "To",
  doCompare: "Compare",
  firstNow: "Compare what we first saw with what is now",
  asOf: "As of a day",
  asOfLabel: "What we had seen at the end of this day (UTC)",
  show: "Show",
  asOfNotice: "This is what we had seen of the trial at",
  asOfNow: "See it as it is now",
  asOfTitle: (title: string, day: string) => `${title}, as of ${day}`,
  asOfWrong: "This is no day, as in 2026-11-23. Choose one:",
  notYet: "Not yet seen",
  notYetText: "We had not yet seen this trial on that day. We first saw it on",
  related: "The same trial elsewhere",
  relatedText: "Found by identifiers alone. A trial that is not here may still be the same.",
  noRelated: "None that we know of. By identifiers alone: another record may still be the same trial.",
  asserted: {
    this: "says this registry",
    other: "says the other registry",
    both: "both name it"
  },
  disagree: "Where they disagree",
  here: "Here",
  there: "There",
  agree: "What can be compared agrees, or one of them does not say it.",
  data: "Data",
  json: "This trial as JSON",
  historyJson: "All its versions as JSON",
  historyCsv: "All its versions as CSV",
  atom: "Follow this trial as Atom",
  feed: (id: string) => `Changes of ${id}`,
  cite: "How to cite",
  citeText:
    "The hash is of the content of this version as canonical JSON. The address always gives this version.",
  citation: (parts: {
    readonly registry: string
    readonly id: string
    readonly version: number
    readonly observed: string
    readonly hash: string
    readonly address: string
  }) => ({
    before: `${parts.registry}, ${parts.id}: `,
    after: `. Version ${parts.version} as collected by Trials, observed ${parts.observed}. SHA-256 of its content: ${parts.hash}. ${parts.address}`
  }),
  comparison: (from: number, to: number) => `Versions ${n(from)} and ${n(to)}`,
  compareDescription: (id: string) => `Two versions of ${id}, field by field.`,
  observed: "seen by us",
  swap: "Swap them",
  before: "One change earlier",
  after: "One change later",
  back: "Back to the trial",
  sameVersion: "This is one and the same version.",
  onlyOne: "There is only one version of this trial.",
  noDifference: "These two versions say the same.",
  differ: (count: number) => `They differ in ${n(count)} field${count === 1 ? "" : "s"}.`,
  diffJson: "This comparison as JSON"
}

const ko: typeof en = {
  description: (registry, id) =>
    `${registry} ${id}: 등록처가 밝힌 내용, 우리가 확인한 모든 판과 변경 내역입니다.`,
  noStatus: "등록처가 모집 여부를 밝히지 않았습니다.",
  lastKnown: (status) => `마지막으로 확인된 상태: ${status}`,
  raw: "등록처 표기:",
  unsaid: "등록처가 밝히지 않은 항목:",
  missing: "등록처 목록에 더 이상 나오지 않습니다. 처음 빠진 것을 확인한 때:",
  missingText: "아래는 사라지기 전의 내용입니다.",
  merged: "등록처가 이 기록을 다음 번호로 통합했습니다:",
  ownPage: "등록처의 원문 페이지",
  sections: {
    overview: "개요",
    who: "기관과 지역",
    design: "연구설계",
    eligibility: "연구대상자",
    dates: "일정",
    outcomes: "평가변수",
    identifiers: "식별번호",
    other: "결과와 윤리심의"
  },
  language: "등록처가 쓴 글은 번역하지 않고 그대로 보여 줍니다.",
  onThisPage: "이 페이지의 내용",
  timeline: "변경 이력",
  seenFirst: "처음 확인한 때:",
  seenText: "등록처에는 그보다 오래전부터 있었을 수 있고, 그동안 수정되었을 수도 있습니다.",
  total: (count) => `모두 ${k(count)}개의 판.`,
  version: (version) => `제${k(version)}판`,
  fields: "바뀐 항목:",
  whatChanged: "바뀐 내용",
  asItWas: "당시 내용",
  older: "더 오래된 판",
  newest: "가장 최근 판",
  compare: "두 판 비교",
  from: "이전 판",
  to: "이후 판",
  doCompare: "비교",
  firstNow: "처음 확인한 내용과 현재 내용 비교",
  asOf: "특정 날짜의 내용",
  asOfLabel: "이 날이 끝날 때(UTC)까지 확인한 내용",
  show: "보기",
  asOfNotice: "다음 시각까지 확인한 내용입니다:",
  asOfNow: "현재 내용 보기",
  asOfTitle: (title, day) => `${title} (${day} 기준)`,
  asOfWrong: "2026-11-23과 같은 날짜가 아닙니다. 날짜를 선택하십시오.",
  notYet: "아직 확인하기 전입니다",
  notYetText: "그날에는 아직 이 임상시험을 확인하지 못했습니다. 처음 확인한 때:",
  related: "다른 곳에 등록된 같은 임상시험",
  relatedText: "식별번호로만 찾은 것입니다. 여기에 없어도 같은 임상시험일 수 있습니다.",
  noRelated: "알려진 것이 없습니다. 식별번호로만 찾으므로, 다른 기록이 같은 임상시험일 수도 있습니다.",
  asserted: {
    this: "이 등록처의 기록에 있음",
    other: "다른 등록처의 기록에 있음",
    both: "양쪽 기록에 모두 있음"
  },
  disagree: "서로 다른 내용",
  here: "이 등록처",
  there: "다른 등록처",
  agree: "비교할 수 있는 내용은 일치하거나, 한쪽이 밝히지 않았습니다.",
  data: "자료",
  json: "이 임상시험(JSON)",
  historyJson: "모든 판(JSON)",
  historyCsv: "모든 판(CSV)",
  atom: "이 임상시험의 변경 받아 보기(Atom)",
  feed: (id) => `${id}의 변경`,
  cite: "인용 방법",
  citeText: "해시는 이 판의 내용을 정규화한 JSON의 값입니다. 이 주소는 언제나 이 판을 보여 줍니다.",
  citation: ({ address, hash, id, observed, registry, version }) => ({
    before: `${registry}, ${id}: `,
    after: `. Trials 수집본 제${version}판, 확인 시각 ${observed}. 내용의 SHA-256: ${hash}. ${address}`
  }),
  comparison: (from, to) => `제${k(from)}판과 제${k(to)}판`,
  compareDescription: (id) => `${id}의 두 판을 항목별로 비교합니다.`,
  observed: "확인한 때:",
  swap: "순서 바꾸기",
  before: "이전 변경",
  after: "다음 변경",
  back: "임상시험으로 돌아가기",
  sameVersion: "같은 판입니다.",
  onlyOne: "이 임상시험에는 판이 하나뿐입니다.",
  noDifference: "두 판의 내용이 같습니다.",
  differ: (count) => `${k(count)}개 항목이 다릅니다.`,
  diffJson: "이 비교(JSON)"
}

/** What the pages of a trial say. */
export const words = { en, ko } satisfies InEach<typeof en>
