import type { Proof } from "trials-domain/Run"
import type { InEach, Language } from "../Language.js"

/** What a proof is called, what was done, and what follows of it. */
export interface ProofWords {
  readonly label: string
  /** As the end of a sentence that says that the whole registry was seen. */
  readonly how: string
  readonly means: string
}

const proofs: Readonly<Record<Proof, InEach<ProofWords>>> = {
  "one-response": {
    en: {
      label: "one answer",
      how: "the whole list came in one answer",
      means:
        "The whole list came in one answer, so nothing could move while we read. What was read was one state of the registry."
    },
    ko: {
      label: "한 번의 응답",
      how: "전체 목록을 한 번의 응답으로 받았습니다",
      means:
        "전체 목록을 한 번의 응답으로 받았으므로 읽는 동안 바뀐 것이 없습니다. 읽은 내용은 등록처의 어느 한 시점의 상태입니다."
    }
  },
  "data-version": {
    en: {
      label: "one version of the data",
      how: "every page of the list carried the same version of the data",
      means:
        "The registry names a version of its data. It was the same on every page that we read, and before and after. What was read was one state of the registry."
    },
    ko: {
      label: "하나의 자료 버전",
      how: "목록의 모든 페이지가 같은 자료 버전이었습니다",
      means:
        "등록처는 자료의 버전을 밝힙니다. 읽은 모든 페이지에서, 그리고 읽기 전과 후에 이 버전이 같았습니다. 읽은 내용은 등록처의 어느 한 시점의 상태입니다."
    }
  },
  "two-reads": {
    en: {
      label: "reads that agree",
      how: "reads in pages of different sizes said the same of every trial",
      means:
        "The registry has no version of its data, so we read its list more than once, cut at different places, until the reads agreed. No trial is missing that kept its place in the list. What was read may mix different moments."
    },
    ko: {
      label: "서로 일치한 여러 번의 읽기",
      how: "페이지 크기를 달리하여 여러 번 읽은 결과가 모든 임상시험에서 같았습니다",
      means:
        "등록처가 자료의 버전을 밝히지 않으므로, 목록을 서로 다른 위치에서 나누어 결과가 일치할 때까지 여러 번 읽었습니다. 목록에서 자리를 지킨 임상시험은 빠짐없이 들어 있습니다. 다만 서로 다른 시점이 섞여 있을 수 있습니다."
    }
  },
  "saved-pages": {
    en: {
      label: "saved pages that fit together",
      how: "the saved pages fit together",
      means:
        "We read pages that somebody had saved before. They fit together and add up. Of which moments they are is not known."
    },
    ko: {
      label: "서로 맞는 저장된 페이지",
      how: "저장된 페이지들이 서로 맞았습니다",
      means:
        "미리 저장해 둔 페이지를 읽었습니다. 페이지들은 서로 맞고 합계도 일치합니다. 어느 시점의 페이지인지는 알 수 없습니다."
    }
  }
}

const byName: ReadonlyMap<string, InEach<ProofWords>> = new Map(Object.entries(proofs))

/** What a proof means; its own name where a newer server has one that is not known here. */
export const proofWords = (language: Language, proof: string): ProofWords =>
  byName.get(proof)?.[language] ?? { label: proof, how: proof, means: proof }
