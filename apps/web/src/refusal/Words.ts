import type { InEach } from "../Language.js"

const en = {
  missing: {
    title: "There is no such page",
    text: "The address may have been mistyped, or a trial, a registry or a run of this name is not known here."
  },
  wrong: {
    title: "This cannot be shown as asked",
    text: "Something in the address has a value that it cannot have:",
    again: "Start again without it"
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
    text: "주소가 잘못되었거나, 이 이름의 임상시험·등록처·수집 실행이 이곳에 없습니다."
  },
  wrong: {
    title: "요청한 대로 표시할 수 없습니다",
    text: "주소에 사용할 수 없는 값이 있습니다.",
    again: "처음부터 다시 시작하기"
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
  home: "첫 페이지로"
}

/** What pages say that stand in the place of another. */
export const words = { en, ko } satisfies InEach<typeof en>
