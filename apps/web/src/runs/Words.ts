import type { InEach } from "../Language.js"
import { many, whole } from "../text/Numbers.js"

const en = {
  title: (day: string) => `Run of ${day}`,
  description: "One run: whether it saw the whole registry, how that was proven, and what it counted.",
  registry: "Registry",
  verdict: "Ended",
  why: "Why nothing was loaded",
  examples: "Examples",
  started: "Started",
  finished: "Ended at",
  going: "not yet",
  edition: "Edition",
  proof: "Proof",
  noProof: "none: the run did not prove that it saw all of the registry",
  timestamp: "The registry’s own timestamp",
  audit: "Read whole as a check",
  audited: (trials: number, hidden: number) =>
    `${many(trials, "trial")}; ${whole("en", hidden)} of them had been edited without a sign of it in the list`,
  mapping: "Version of our mapping",
  counts: "What it counted",
  operator: "For the operator",
  what: "What",
  count: "Count",
  names: {
    expected: "Records, by the registry’s own count",
    extracted: "Records read",
    detailed: "Whole records read beside the list",
    rejected: "Records that could not be read",
    created: "Trials first seen",
    edited: "Edited trials",
    silent: "Of these edited silently",
    remapped: "Trials that our own mapping changed",
    unchanged: "Trials without a change",
    missed: "Trials that did not come, for the first time",
    disappeared: "Trials no longer listed",
    reappeared: "Trials listed again"
  },
  notAsked: "not asked",
  notes: "Notes",
  changes: "What this run found",
  json: "This run as JSON"
}

const ko: typeof en = {
  title: (day) => `${day} 수집 기록`,
  description:
    "실행 한 회의 기록입니다. 등록처 전체를 확인했는지, 어떻게 증명했는지, 무엇을 세었는지 보여 줍니다.",
  registry: "등록처",
  verdict: "결과",
  why: "반영하지 않은 이유",
  examples: "예",
  started: "시작",
  finished: "끝",
  going: "아직 끝나지 않음",
  edition: "자료 판본",
  proof: "증명",
  noProof: "없음: 등록처 전체를 확인했음을 증명하지 못했습니다",
  timestamp: "등록처가 밝힌 시각",
  audit: "점검을 위해 전체를 읽은 기록",
  audited: (trials, hidden) =>
    `임상시험 ${whole("ko", trials)}건, 이 가운데 ${whole("ko", hidden)}건은 목록에 표시 없이 수정되어 있었습니다`,
  mapping: "해석 규칙 버전",
  counts: "집계",
  operator: "운영자용",
  what: "항목",
  count: "건수",
  names: {
    expected: "등록처가 밝힌 기록 수",
    extracted: "읽은 기록",
    detailed: "목록 외에 전체를 읽은 기록",
    rejected: "읽을 수 없었던 기록",
    created: "처음 확인한 임상시험",
    edited: "수정된 임상시험",
    silent: "그중 알리지 않은 수정",
    remapped: "해석 규칙이 바뀌어 달라진 임상시험",
    unchanged: "변경 없는 임상시험",
    missed: "처음으로 빠진 임상시험",
    disappeared: "목록에서 사라진 임상시험",
    reappeared: "목록에 다시 나타난 임상시험"
  },
  notAsked: "확인하지 않음",
  notes: "참고 사항",
  changes: "이 실행에서 확인한 변경",
  json: "이 실행(JSON)"
}

/** What the page of a run says. */
export const words = { en, ko } satisfies InEach<typeof en>
