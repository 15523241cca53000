import type { ChangeKind } from "trials-domain/Change"
import type { InEach, Language } from "../Language.js"

interface KindWords {
  /** What happened. */
  readonly label: string
  /** What happened, and who made it happen. */
  readonly cause: string
}

const kinds: Readonly<Record<ChangeKind | "silent", InEach<KindWords>>> = {
  created: {
    en: { label: "First seen", cause: "We saw it in the registry's list for the first time." },
    ko: { label: "처음 확인", cause: "등록처 목록에서 처음 확인했습니다." }
  },
  edited: {
    en: { label: "Edited", cause: "The registry edited it." },
    ko: { label: "수정", cause: "등록처가 내용을 고쳤습니다." }
  },
  silent: {
    en: {
      label: "Edited silently",
      cause: "The registry edited it, and did not move its own update date."
    },
    ko: { label: "알리지 않은 수정", cause: "등록처가 내용을 고쳤지만 자체 갱신일은 바꾸지 않았습니다." }
  },
  remapped: {
    en: {
      label: "Read differently",
      cause: "We read it differently: our mapping changed, not the registry."
    },
    ko: { label: "해석 변경", cause: "등록처가 아니라 이 사이트의 해석 방식이 바뀌었습니다." }
  },
  disappeared: {
    en: { label: "No longer listed", cause: "The registry no longer lists it." },
    ko: { label: "목록에서 사라짐", cause: "등록처 목록에 더 이상 나오지 않습니다." }
  },
  reappeared: {
    en: { label: "Listed again", cause: "The registry lists it again." },
    ko: { label: "다시 나타남", cause: "등록처 목록에 다시 나타났습니다." }
  }
}

const byName: ReadonlyMap<string, InEach<KindWords>> = new Map(Object.entries(kinds))

/** The kinds of changes, in the order in which they are shown. */
export const changeKinds = [
  "created",
  "edited",
  "remapped",
  "disappeared",
  "reappeared"
] as const satisfies ReadonlyArray<ChangeKind>

/** What a kind of change is called, `silent` for an edit that is one; its own name where it is not known here. */
export const kindLabel = (language: Language, kind: string): string =>
  byName.get(kind)?.[language].label ?? kind

/** What a kind of change is, as a sentence that names its author. */
export const kindCause = (language: Language, kind: string): string =>
  byName.get(kind)?.[language].cause ?? kind
