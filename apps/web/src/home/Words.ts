import type { InEach } from "../Language.js"
import { many, whole } from "../text/Numbers.js"

const en = {
  heading: "What changed in clinical trials",
  description:
    "Searches registries of clinical trials, and shows every change in them: what was first seen, edited, edited silently, or gone.",
  lead: "Registries of clinical trials change their records, often without a word. At each run this site reads a registry's whole list and shows a change only if the run proved that it read all of it. It keeps every version with its cause.",
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
  heading: "임상시험 등록 정보의 변경 내역",
  description:
    "임상시험 등록처를 검색하고 그 안의 모든 변경을 보여 줍니다. 처음 확인된 것, 수정된 것, 알리지 않고 수정된 것, 사라진 것을 확인할 수 있습니다.",
  lead: "등록처의 내용은 알림 없이 바뀌기도 합니다. 이 사이트는 수집할 때마다 등록처의 전체 목록을 읽고, 빠짐없이 읽었음이 증명된 경우에만 변경을 반영하며, 모든 버전을 변경 원인과 함께 보관합니다.",
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
  registries: "자료 기준 시점",
  feed: "모든 임상시험의 변경"
}

/** What the first page says. */
export const words = { en, ko } satisfies InEach<typeof en>
