/** A row as the odcloud dataset 3074271 has it. */
export type Row = Readonly<Record<string, string>>

/** Rows with every column; `change` may replace some of them. */
export const rows = (count: number, change: (n: number) => Row = () => ({})): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, n) => ({
    과제번호: `C${130_001 + n}`,
    과제명: `한국인 코호트 연구 ${n + 1}`,
    진료과: "Cardiology",
    연구책임기관: "서울아산병원",
    연구종류: "관찰연구",
    "임상시험단계(연구모형)": "코호트",
    연구범위: "국내다기관",
    연구기간: "36개월",
    전체목표연구대상자수: "120",
    ...change(n)
  }))

/** A response body of one page, as it would be saved. */
export const body = (data: ReadonlyArray<unknown>, totalCount = data.length): string =>
  JSON.stringify({
    currentCount: data.length,
    data,
    matchCount: totalCount,
    page: 1,
    perPage: 1000,
    totalCount
  })
