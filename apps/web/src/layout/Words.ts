import type { InEach } from "../Language.js"

/** A sentence about a name: what comes before it, the name, and what comes after. */
export type About = readonly [string, string, string]

const en = {
  site: "Trials",
  tagline: "Every change in registries of clinical trials",
  skip: "Skip to the content",
  navigation: "Main",
  sections: {
    changes: "What changed",
    search: "Search",
    registries: "Registries",
    about: "About"
  },
  otherLanguage: "한국어",
  dataOf: "Data of",
  noAdvice:
    "This is no medical advice. Before you decide anything about your health, ask a doctor, and ask the people who run the trial.",
  api: "API",
  changesFeed: "Feed of all changes",
  agents: "For agents",
  cite: "How to cite",
  unknown: (name: string): About => ["This page does not know the parameter ", name, ". It changes nothing."],
  repeated: (name: string): About => ["The parameter ", name, " is given twice. The first one counts."]
}

const ko: typeof en = {
  site: "Trials",
  tagline: "임상시험 등록처의 모든 변경",
  skip: "본문으로 건너뛰기",
  navigation: "주 메뉴",
  sections: {
    changes: "변경 내역",
    search: "검색",
    registries: "등록처",
    about: "소개"
  },
  otherLanguage: "English",
  dataOf: "자료 출처:",
  noAdvice:
    "이 사이트의 내용은 의학적 조언이 아닙니다. 건강에 관한 결정을 내리기 전에 의사와 해당 임상시험 담당자에게 문의하십시오.",
  api: "API",
  changesFeed: "모든 변경 피드",
  agents: "에이전트용",
  cite: "인용 방법",
  unknown: (name) => ["이 페이지에는 ", name, " 매개변수가 없습니다. 결과는 달라지지 않습니다."],
  repeated: (name) => ["매개변수 ", name, "을(를) 두 번 지정했습니다. 처음 값을 사용합니다."]
}

/** What every page says. */
export const words = { en, ko } satisfies InEach<typeof en>
