import type { InEach } from "../Language.js"

const en = {
  title: "About",
  description:
    "What this site is, how it proves that it saw a registry whole, whose data it shows, and how to use and cite it.",
  lead: "Registries of clinical trials say what is true today. This site keeps what they said before, and what changed, when, and by whose doing.",
  how: "How it works",
  steps: [
    [
      "Runs that are proven",
      "At each run the whole list of a registry is read. Before anything is shown, the run must prove that it read all of it. How much a proof can show is said on each registry's page. A run that cannot is written down with its reason, and changes nothing. A trial counts as gone only when two proven runs, one after the other, did not find it."
    ],
    [
      "Versions",
      "Each trial has a number of versions. A version begins when something changed, names what caused it, and is never altered or deleted. Every trial can be seen as it was known on any day since it was first seen."
    ],
    [
      "Causes",
      "A trial is seen for the first time, or the registry edited it, or it disappeared from the registry’s list, or came back. Where only our own reading of a field got better, that is a cause of its own, and never counts as an edit of the registry."
    ],
    [
      "Silent edits",
      "Registries date the last update of a record. An edit that left this date as it was is called silent. Who follows the dates never sees it; here it has a mark of its own."
    ]
  ],
  not: "What it is not",
  notText: [
    "It is no medical advice, and no place to enrol. Only the registry, and the people who run a trial, know whether it takes you.",
    "It is not made or endorsed by any registry. Texts of a registry are shown as it wrote them, in its language.",
    "Where a registry itself does not know whether a trial still recruits, that is what is said here. Such a trial is never shown as open.",
    "No names or contacts of people who work on a trial are collected."
  ],
  sources: "Whose data these are",
  licence: "Licence:",
  noLicence: "licence not confirmed",
  programs: "For programs",
  apiText: "Everything on these pages comes from an open API that only reads.",
  links: {
    docs: "Its documentation",
    openapi: "Its description (OpenAPI)",
    problems: "What its refusals mean",
    feed: "The feed of all changes (Atom)",
    changes: "The same as JSON",
    csv: "All trials as CSV",
    ndjson: "All trials as NDJSON",
    parquet: "All trials as Parquet"
  },
  agents: "For agents",
  agentsText: "Language models and their agents can ask by the Model Context Protocol, at this address:",
  cite: "How to cite",
  citeText:
    "Cite a trial by its registry and its number, the version, and the instant at which that was known. The page of each trial has the words ready, as in:",
  citeHash: "The hash lets anybody check that they hold the same text:"
}

const ko: typeof en = {
  title: "소개",
  description:
    "이 사이트의 목적, 등록처 전체를 확인했음을 증명하는 방법, 자료의 출처, 이용 및 인용 방법을 설명합니다.",
  lead: "임상시험 등록처는 오늘의 내용만 보여 줍니다. 이 사이트는 이전의 내용과 함께 무엇이, 언제, 누구에 의해 바뀌었는지를 보관합니다.",
  how: "작동 방식",
  steps: [
    [
      "증명된 실행",
      "수집할 때마다 등록처의 전체 목록을 읽고, 빠짐없이 읽었음을 증명해야만 반영합니다. 증명이 어디까지 보여 줄 수 있는지는 각 등록처의 페이지에서 설명합니다. 증명하지 못한 실행은 이유와 함께 기록할 뿐 아무것도 바꾸지 않습니다. 임상시험은 증명된 두 번의 실행에서 연이어 찾지 못한 경우에만 사라진 것으로 표시합니다."
    ],
    [
      "판",
      "임상시험마다 여러 판이 있습니다. 무엇인가 바뀌면 새 판이 시작되며, 원인이 함께 기록되고, 판은 고치거나 지우지 않습니다. 처음 확인한 날부터 어느 날이든 그날 알려진 모습 그대로 볼 수 있습니다."
    ],
    [
      "원인",
      "임상시험은 처음 확인되거나, 등록처가 수정하거나, 등록처 목록에서 사라지거나, 다시 나타납니다. 이 사이트가 항목을 읽는 방법만 나아진 경우는 별도의 원인으로 기록하며, 등록처의 수정으로 세지 않습니다."
    ],
    [
      "알리지 않은 수정",
      "등록처는 기록의 최종 갱신일을 밝힙니다. 이 날짜를 그대로 둔 수정을 ‘알리지 않은 수정’이라고 합니다. 날짜만 따라가서는 알 수 없는 수정이며, 이곳에서는 따로 표시합니다."
    ]
  ],
  not: "이 사이트가 아닌 것",
  notText: [
    "의학적 조언이 아니며, 참여를 신청하는 곳도 아닙니다. 참여할 수 있는지는 등록처와 해당 임상시험 담당자만이 압니다.",
    "어떤 등록처가 만들었거나 보증하는 사이트가 아닙니다. 등록처의 글은 등록처가 쓴 언어로 쓴 그대로 보여 줍니다.",
    "임상시험이 아직 모집 중인지 등록처도 모르는 경우에는 모른다고 표시합니다. 그런 임상시험을 모집 중으로 표시하지 않습니다.",
    "임상시험에서 일하는 사람의 이름이나 연락처는 수집하지 않습니다."
  ],
  sources: "자료의 출처",
  licence: "이용 조건:",
  noLicence: "이용 조건이 확인되지 않음",
  programs: "프로그램용",
  apiText: "이 페이지들의 모든 내용은 읽기 전용 공개 API에서 가져옵니다.",
  links: {
    docs: "API 문서",
    openapi: "API 명세(OpenAPI)",
    problems: "API 거절 응답의 의미",
    feed: "모든 변경 피드(Atom)",
    changes: "모든 변경(JSON)",
    csv: "모든 임상시험(CSV)",
    ndjson: "모든 임상시험(NDJSON)",
    parquet: "모든 임상시험(Parquet)"
  },
  agents: "에이전트용",
  agentsText: "언어 모델과 에이전트는 다음 주소에서 Model Context Protocol로 질의할 수 있습니다.",
  cite: "인용 방법",
  citeText:
    "등록처와 번호, 버전, 그리고 그 내용을 확인한 시각으로 인용합니다. 각 임상시험 페이지에 다음과 같은 인용문이 준비되어 있습니다. 출처로는 등록처를, 읽은 곳으로는 이 사이트를 밝히십시오.",
  citeHash: "해시가 있으면 같은 내용을 가지고 있는지 누구나 확인할 수 있습니다."
}

/** What the page about the site says. */
export const words = { en, ko } satisfies InEach<typeof en>
