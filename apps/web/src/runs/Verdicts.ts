import type { Verdict } from "trials-domain/Run"
import type { InEach, Language } from "../Language.js"

/** What a verdict is called, and what it means. */
export interface VerdictWords {
  readonly label: string
  readonly means: string
}

const going: InEach<VerdictWords> = {
  en: { label: "Still running", means: "The run has not ended yet." },
  ko: { label: "진행 중", means: "아직 끝나지 않은 실행입니다." }
}

const verdicts: Readonly<Record<Verdict, InEach<VerdictWords>>> = {
  complete: {
    en: { label: "complete", means: "The run saw the whole registry, and something had changed." },
    ko: { label: "완료", means: "등록처 전체를 확인했고, 바뀐 것이 있었습니다." }
  },
  unchanged: {
    en: { label: "unchanged", means: "The run saw the whole registry, and nothing had changed." },
    ko: { label: "변경 없음", means: "등록처 전체를 확인했고, 바뀐 것이 없었습니다." }
  },
  quarantined: {
    en: {
      label: "held back",
      means:
        "What the run read does not fit what is known of the registry. Nothing of it was taken over. What is shown stays as it was until a later run is proven."
    },
    ko: {
      label: "보류",
      means:
        "읽은 내용이 알려진 등록처의 내용과 맞지 않습니다. 이 실행의 내용은 반영하지 않았습니다. 이후의 실행이 증명될 때까지 이전 내용이 그대로 표시됩니다."
    }
  },
  failed: {
    en: {
      label: "failed",
      means:
        "The run could not prove that it saw the whole registry. It changed nothing; what is shown is from before."
    },
    ko: {
      label: "실패",
      means:
        "등록처 전체를 확인했음을 증명하지 못했습니다. 아무것도 바꾸지 않았으며, 이전 내용이 그대로 표시됩니다."
    }
  }
}

const byName: ReadonlyMap<string, InEach<VerdictWords>> = new Map(Object.entries(verdicts))

/** What a verdict means; null while a run goes on. */
export const verdictWords = (language: Language, verdict: string | null): VerdictWords =>
  verdict === null ? going[language] : (byName.get(verdict)?.[language] ?? { label: verdict, means: "" })

/** Whether a run with this verdict saw the whole registry. */
export const isWhole = (verdict: string | null): boolean => verdict === "complete" || verdict === "unchanged"
