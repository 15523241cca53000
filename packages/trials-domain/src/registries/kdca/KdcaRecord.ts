import { Schema } from "effect"

/** One row of dataset 3074271 as documented: nine texts, `""` if the registry gives no value. */
export const KdcaRecord = Schema.Struct({
  과제번호: Schema.String,
  과제명: Schema.String,
  진료과: Schema.String,
  연구책임기관: Schema.String,
  연구종류: Schema.String,
  "임상시험단계(연구모형)": Schema.String,
  연구범위: Schema.String,
  연구기간: Schema.String,
  전체목표연구대상자수: Schema.String
}).annotations({ identifier: "KdcaRecord" })
export type KdcaRecord = typeof KdcaRecord.Type

/** The name of a column in the registry's spelling. */
export type KdcaColumn = keyof KdcaRecord
