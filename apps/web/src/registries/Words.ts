import type { InEach } from "../Language.js"
import { many, whole } from "../text/Numbers.js"

const en = {
  title: "Registries",
  description:
    "The registries that are collected here: how fresh each is, and how it was proven that all of it was seen.",
  lead: "At each run the whole list of a registry is read. A run counts only if it proved that it read all of it. How much a proof can show is said on each registry's page.",
  never: "never yet",
  dataAsOf: "Last read whole",
  trials: "Trials",
  listed: (count: number) => `${whole("en", count)} listed`,
  missing: (count: number) => `and ${many(count, "trial")} that it no longer lists`,
  proof: "Last proof",
  noProof: "none among the newest runs",
  lastRunWas: (verdict: string) => `The last run: ${verdict}.`,
  runLink: "See this run",
  of: (title: string) => `${title}: how fresh, and how proven`,
  about: (title: string) =>
    `How fresh the data of ${title} are, how it was proven that all of it was seen, and what is wrong with its data.`,
  edition: "Edition",
  noEdition: "no edition is named",
  savedFile: "read from a saved file",
  editionOf: (day: string) => `of ${day}`,
  lastChange: "Last change seen by us",
  none: "none",
  publishes: "Publishes",
  publishing: { daily: "on any day of the week", "business-days": "from Monday to Friday" },
  homepage: "Website",
  attribution: "Source",
  licence: "Licence",
  noLicence: "The licence of these data is not confirmed. Ask the registry before you republish them.",
  search: "Search its trials",
  changes: "What changed in it",
  proofTitle: "Evidence that all of it was read",
  proofRun: (label: string) => `The last proven run had the proof “${label}”.`,
  ledger: "Runs",
  ledgerText:
    "Every run is written down, whatever became of it. A run that does not see the whole registry changes nothing of what is shown.",
  chart: (count: number) => `Changes found by the newest ${many(count, "run")}, on a scale of powers of ten`,
  chartKey:
    "A bar: the changes that a proven run found. A dot: it found none. A cross: a run that was held back or failed.",
  table: "The newest runs",
  columns: {
    when: "Started",
    verdict: "Ended",
    proof: "Proof",
    read: "Records read",
    created: "First seen",
    edited: "Edited",
    disappeared: "Disappeared",
    reappeared: "Reappeared"
  },
  all: "All runs as JSON",
  countTitle: "Why our count may differ from the registry’s",
  countSays: (expected: string, extracted: string) =>
    `At the last proven run the registry counted ${expected} records itself, and we read ${extracted}.`,
  countNow: (listed: string) => `Today we show ${listed} trials as listed.`,
  countReasons: [
    "The registry goes on changing. Its website shows this moment; we show the edition above.",
    "A trial that does not come once is still shown as listed. Only when a second proven run misses it too, it counts as no longer listed.",
    "A record that cannot be read, such as one without a title, is not counted here. Such records are counted below.",
    "A record that the registry sends twice is one trial here.",
    "A number on a search page of the registry may leave out some kinds of records, as withheld ones, that its list has."
  ],
  qualityTitle: "What is wrong with the data",
  qualityText:
    "What the last proven run could not read as expected. The trial is shown all the same, with the registry’s own text.",
  noFindings: "The last proven run found nothing wrong.",
  finding: "What",
  field: "Field",
  count: "Trials",
  trend: "Since the run before",
  examples: "Examples",
  more: (count: number) => `${whole("en", count)} more examples`,
  rejected: (count: number) =>
    count === 0
      ? "No record had to be left out."
      : `${many(count, "record")} could not be read at all, and ${count === 1 ? "is" : "are"} no trial here:`,
  noId: "without an id"
}

const ko: typeof en = {
  title: "등록처",
  description:
    "이 사이트가 수집하는 등록처의 목록입니다. 자료의 시점과, 전체를 빠짐없이 확인했다는 증명을 볼 수 있습니다.",
  lead: "수집할 때마다 등록처의 전체 목록을 읽고, 빠짐없이 읽었음이 증명된 경우에만 반영합니다. 증명이 어디까지 보여 줄 수 있는지는 각 등록처의 페이지에서 설명합니다.",
  never: "아직 없음",
  dataAsOf: "마지막 전체 확인",
  trials: "임상시험",
  listed: (count) => `목록에 있는 임상시험 ${whole("ko", count)}건`,
  missing: (count) => `목록에서 사라진 ${whole("ko", count)}건`,
  proof: "최근 증명",
  noProof: "최근 실행 중에는 없음",
  lastRunWas: (verdict) => `최근 실행: ${verdict}.`,
  runLink: "이 기록 보기",
  of: (title) => `${title}: 자료 시점과 증명`,
  about: (title) => `${title} 자료의 시점, 전체를 확인했다는 증명, 자료의 문제점을 설명합니다.`,
  edition: "자료 판본",
  noEdition: "판본 표시 없음",
  savedFile: "저장된 파일에서 읽음",
  editionOf: (day) => `${day} 판본`,
  lastChange: "마지막 변경 확인",
  none: "없음",
  publishes: "공개 요일",
  publishing: { daily: "요일 제한 없음", "business-days": "월요일부터 금요일까지" },
  homepage: "등록처 페이지",
  attribution: "출처",
  licence: "이용 조건",
  noLicence: "이 자료의 이용 조건은 확인되지 않았습니다. 다시 배포하기 전에 등록처에 문의하십시오.",
  search: "이 등록처의 임상시험 검색",
  changes: "이 등록처의 변경 내역",
  proofTitle: "전체를 읽었다는 근거",
  proofRun: (label) => `증명된 최근 실행의 증명 방법은 ‘${label}’입니다.`,
  ledger: "수집 기록",
  ledgerText:
    "결과와 관계없이 모든 실행을 기록합니다. 등록처 전체를 확인하지 못한 실행은 표시되는 내용을 바꾸지 않습니다.",
  chart: (count) => `최근 실행 ${whole("ko", count)}회에서 발견한 변경 수(로그 눈금)`,
  chartKey:
    "막대는 증명된 실행이 발견한 변경 수, 점은 변경이 없었던 실행, 가위표는 보류되거나 실패한 실행입니다.",
  table: "최근 실행",
  columns: {
    when: "시작",
    verdict: "결과",
    proof: "증명",
    read: "읽은 기록",
    created: "처음 확인",
    edited: "수정",
    disappeared: "사라짐",
    reappeared: "다시 나타남"
  },
  all: "모든 실행(JSON)",
  countTitle: "등록처의 건수와 다를 수 있는 이유",
  countSays: (expected, extracted) =>
    `증명된 최근 실행에서 등록처가 밝힌 기록은 ${expected}건, 읽은 기록은 ${extracted}건입니다.`,
  countNow: (listed) => `현재 목록에 있는 것으로 표시하는 임상시험은 ${listed}건입니다.`,
  countReasons: [
    "등록처의 내용은 계속 바뀝니다. 등록처 웹사이트는 지금 이 순간을, 이 사이트는 위에 적힌 판본을 보여 줍니다.",
    "한 번 빠진 임상시험은 아직 목록에 있는 것으로 표시합니다. 다음 증명된 실행에서도 빠지면 목록에서 사라진 것으로 봅니다.",
    "제목이 없는 경우처럼 읽을 수 없는 기록은 임상시험으로 세지 않습니다. 그런 기록의 수는 아래에 있습니다.",
    "등록처가 같은 기록을 두 번 보내도 임상시험 한 건으로 셉니다.",
    "등록처 검색 화면의 건수에는 비공개 기록처럼 목록에 있는 일부가 빠져 있을 수 있습니다."
  ],
  qualityTitle: "자료의 문제점",
  qualityText:
    "증명된 최근 실행에서 예상한 대로 읽지 못한 값입니다. 해당 임상시험은 등록처가 쓴 그대로 표시합니다.",
  noFindings: "증명된 최근 실행에서 문제가 발견되지 않았습니다.",
  finding: "내용",
  field: "항목",
  count: "임상시험 수",
  trend: "직전 실행 대비",
  examples: "예",
  more: (count) => `${whole("ko", count)}건 더 보기`,
  rejected: (count) =>
    count === 0
      ? "제외한 기록이 없습니다."
      : `기록 ${whole("ko", count)}건은 전혀 읽을 수 없어 임상시험으로 표시하지 않습니다.`,
  noId: "번호 없음"
}

/** What the pages about registries say. */
export const words = { en, ko } satisfies InEach<typeof en>
