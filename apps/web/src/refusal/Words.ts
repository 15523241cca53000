import type { InEach } from "../Language.js"

const en = {
  missing: {
    title: "There is no such page",
    text: "The address may have been mistyped, or a trial, a registry or a run of this name is not known here."
  },
  wrong: {
    title: "This cannot be shown as asked",
    text: "Something in the address has a value that it cannot have:",
    without: (names: string) => `See the page without ${names}`,
    again: "Start again without it"
  },
  parameters: {
    asOf: "As known at",
    cursor: "Place in the list",
    from: "The first version",
    since: "Since",
    sort: "Order",
    to: "The second version",
    until: "Until",
    updatedSince: "Changes seen since",
    updatedUntil: "Changes seen until",
    version: "Version"
  },
  many: {
    title: "Too many requests",
    text: "You have sent more requests than one visitor may send in a minute."
  },
  busy: {
    title: "Not available at the moment",
    text: "The data cannot be read right now. Nothing is lost; please try again."
  },
  wait: (seconds: number) =>
    seconds <= 90
      ? `Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`
      : `Try again in ${Math.ceil(seconds / 60)} minutes.`,
  waitUnknown: "Try again in a minute.",
  said: "What the API says:",
  searchLabel: "Search for a trial by words or by its number",
  search: "Search",
  home: "To the first page"
}

const ko: typeof en = {
  missing: {
    title: "없는 페이지입니다",
    text: "주소가 잘못되었거나, 이 이름의 임상시험·등록처·수집 기록이 이곳에 없습니다."
  },
  wrong: {
    title: "요청한 대로 표시할 수 없습니다",
    text: "주소에 사용할 수 없는 값이 있습니다.",
    without: (names) => `다음 조건을 빼고 보기: ${names}`,
    again: "처음부터 다시 시작하기"
  },
  parameters: {
    asOf: "기준 시각",
    cursor: "목록의 위치",
    from: "첫째 판",
    since: "시작",
    sort: "정렬",
    to: "둘째 판",
    until: "끝",
    updatedSince: "변경 확인 시작",
    updatedUntil: "변경 확인 끝",
    version: "판"
  },
  many: {
    title: "요청이 너무 많습니다",
    text: "한 방문자가 1분 동안 보낼 수 있는 요청 수를 넘었습니다."
  },
  busy: {
    title: "지금은 이용할 수 없습니다",
    text: "현재 자료를 읽을 수 없습니다. 사라진 자료는 없으니 잠시 후 다시 시도해 주십시오."
  },
  wait: (seconds) =>
    seconds <= 90
      ? `${seconds}초 후에 다시 시도해 주십시오.`
      : `${Math.ceil(seconds / 60)}분 후에 다시 시도해 주십시오.`,
  waitUnknown: "1분 후에 다시 시도해 주십시오.",
  said: "API의 설명:",
  searchLabel: "단어나 번호로 임상시험 검색",
  search: "검색",
  home: "홈으로"
}

/** What pages say that stand in the place of another. */
export const words = { en, ko } satisfies InEach<typeof en>
