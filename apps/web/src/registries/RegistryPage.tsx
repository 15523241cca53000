import type { Page } from "../Page.js"
import { missing } from "../refusal/Missing.js"
import { SaidTitle } from "../values/SaidText.js"
import { LastRun, untilOf } from "./Card.js"
import { Counted } from "./Counted.js"
import { Facts } from "./Facts.js"
import { Findings } from "./Findings.js"
import { lastProven } from "./Freshness.js"
import { Ledger } from "./Ledger.js"
import { proofWords } from "./Proofs.js"
import { words } from "./Words.js"

/** How many runs are shown. */
const newest = 60

/** One registry: how fresh, how proven, and what is wrong with its data. */
export const registryPage: Page = {
  path: "/registries/:name",
  parameters: [],
  section: "registries",
  show: async (visit) => {
    const { client, language, now, params } = visit
    const name = params["name"] ?? ""
    const { items } = await client.orThrow.registries.list()
    const registry = items.find((each) => each.name === name)
    if (registry === undefined) return missing(visit)
    const [runs, quality] = await Promise.all([
      client.orThrow.runs.list({ query: { registry: name, limit: newest } }),
      client.orThrow.registries.quality({ params: { registry: name } })
    ])
    const proven = lastProven(runs.items)
    const { about, noProof, of, proofRun, proofTitle } = words[language]
    const proof = proven?.proof ? proofWords(language, proven.proof) : undefined
    return {
      title: of(registry.title),
      description: about(registry.title),
      feed: {
        href: visit.at("/v1/changes.atom", { registry: name }),
        title: `${registry.title}: ${words[language].changes}`
      },
      until: untilOf(language, [registry], now),
      body: (
        <>
          <h1>
            <SaidTitle registry={name} text={registry.title} />
          </h1>
          <LastRun registry={registry} visit={visit} />
          <Facts registry={registry} visit={visit} />
          <section>
            <h2>{proofTitle}</h2>
            {proof === undefined ? (
              <p>{noProof}</p>
            ) : (
              <p>
                {proofRun(proof.label)} {proof.means}
              </p>
            )}
          </section>
          <Counted registry={registry} proven={proven} visit={visit} />
          <Ledger registry={name} runs={runs.items} visit={visit} />
          <Findings quality={quality} visit={visit} />
        </>
      )
    }
  }
}
