import type { InEach } from "../Language.js"

/** The words around values. */
export const words = {
  en: {
    unsaid: "not said",
    yes: "yes",
    no: "no",
    was: "was",
    now: "now",
    removed: "removed",
    added: "added",
    kept: (count: number) => `${count.toLocaleString("en")} as before.`,
    keptElsewhere: (count: number) => `${count.toLocaleString("en")} as before, but in another order.`,
    unchanged: (count: number) => `… ${count.toLocaleString("en")} characters as before …`,
    more: (count: number) => `… ${count.toLocaleString("en")} more characters`,
    moreItems: (count: number) => `… ${count.toLocaleString("en")} more`,
    whole: "all of it as JSON",
    months: (count: number) => (count === 1 ? "1 month" : `${count.toLocaleString("en")} months`),
    long: (from: number, to: number) =>
      `long: ${from.toLocaleString("en")} characters before, ${to.toLocaleString("en")} now`,
    readAs: "read as:"
  },
  ko: {
    unsaid: "밝히지 않음",
    yes: "예",
    no: "아니요",
    was: "이전",
    now: "이후",
    removed: "삭제",
    added: "추가",
    kept: (count: number) => `${count.toLocaleString("ko")}개는 그대로입니다.`,
    keptElsewhere: (count: number) => `${count.toLocaleString("ko")}개는 그대로이나 순서가 바뀌었습니다.`,
    unchanged: (count: number) => `… 바뀌지 않은 ${count.toLocaleString("ko")}자 …`,
    more: (count: number) => `… ${count.toLocaleString("ko")}자 더 있음`,
    moreItems: (count: number) => `… ${count.toLocaleString("ko")}개 더 있음`,
    whole: "JSON으로 전체 보기",
    months: (count: number) => `${count.toLocaleString("ko")}개월`,
    long: (from: number, to: number) =>
      `긴 내용: 이전 ${from.toLocaleString("ko")}자, 이후 ${to.toLocaleString("ko")}자`,
    readAs: "해석:"
  }
} satisfies InEach<unknown>
