import type { InEach } from "../Language.js"
import { many, whole } from "../text/Numbers.js"

const en = {
  heading: "What changed in clinical trials",
  description:
    "Searches registries of clinical trials, and shows every change in them: what was new, edited, edited silently, or gone.",
  lead: "Registries of clinical trials are edited every day, often without a word. This site reads them whole every night, proves that nothing was left out, and keeps every version of every trial with what caused it.",
  searchLabel: "Search for trials by words, a disease, an institution, or a number",
  search: "Search",
  changed: "The last seven days",
  since: "Since",
  quiet: "Nothing has changed in these days.",
  atLeast: (count: number) => `These are the newest ${many(count, "change")}; there were more.`,
  silent: (count: number) =>
    `${many(count, "edit")} of these ${count === 1 ? "was" : "were"} silent: the registry did not move its own date of update.`,
  seeSilent: "See the silent edits",
  all: "See all that changed",
  registries: "How fresh the data are",
  feed: "Changes of all trials"
}

const ko: typeof en = {
  heading: "임상시험에서 무엇이 바뀌었습니까?",
  description:
    "임상시험 등록처를 검색하고 그 안의 모든 변경을 보여 줍니다. 새로 등록된 것, 수정된 것, 알리지 않고 수정된 것, 사라진 것을 확인할 수 있습니다.",
  lead: "임상시험 등록처의 내용은 매일, 때로는 아무런 알림 없이 바뀝니다. 이 사이트는 매일 밤 등록처 전체를 읽어 빠진 것이 없음을 증명하고, 모든 임상시험의 모든 판을 변경 원인과 함께 보관합니다.",
  searchLabel: "단어, 질환, 기관 또는 번호로 임상시험 검색",
  search: "검색",
  changed: "최근 7일",
  since: "시작:",
  quiet: "이 기간에는 바뀐 것이 없습니다.",
  atLeast: (count) => `가장 최근의 변경 ${whole("ko", count)}건입니다. 변경이 더 있었습니다.`,
  silent: (count) =>
    `이 가운데 ${whole("ko", count)}건은 알리지 않은 수정입니다. 등록처가 자체 갱신일을 바꾸지 않았습니다.`,
  seeSilent: "알리지 않은 수정 보기",
  all: "모든 변경 보기",
  registries: "자료는 언제 것입니까?",
  feed: "모든 임상시험의 변경"
}

/** What the first page says. */
export const words = { en, ko } satisfies InEach<typeof en>
