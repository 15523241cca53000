/**
 * A type of the contract with its lists of codes left open, as a newer server may send them: `Open<StudyType>` is
 * `StudyType | (string & {})`. A value of `T` is also one of `Open<T>`.
 */
export type Open<T, Other extends string = string & {}> = T extends string
  ? string extends T
    ? T
    : T | Other
  : T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Open<Item, Other>>
    : T extends object
      ? { readonly [Field in keyof T]: Open<T[Field], Other> }
      : T
