import type { ComponentChildren } from "preact"
import { Fragment } from "preact"
import type { Visit } from "../Page.js"
import { SaidTitle } from "../values/SaidText.js"
import { dateText } from "../values/Dates.js"
import { trialPath } from "../values/Shown.js"
import { codeLabel, type CodedName } from "../words/Codes.js"
import type { Hit, Listing } from "./Listing.js"
import { Status } from "./Status.js"
import { words } from "./Words.js"

const most = 5

const Day = ({ instant, visit: { language } }: { readonly instant: string; readonly visit: Visit }) => (
  <time datetime={instant}>{dateText(language, instant.slice(0, 10))}</time>
)

const Parts = ({ parts }: { readonly parts: ReadonlyArray<ComponentChildren> }) => (
  <p>
    {parts.map((part, index) => (
      <Fragment key={index}>
        {index > 0 && " · "}
        {part}
      </Fragment>
    ))}
  </p>
)

const partsOf = (hit: Hit, visit: Visit): ReadonlyArray<ComponentChildren> => {
  const { language } = visit
  const coded = (name: CodedName, code: string | null) =>
    code === null || code === "unknown" ? [] : [codeLabel(language, name, code)]
  const written = (text: string | null) =>
    text === null ? [] : [<SaidTitle registry={hit.registry} text={text} most={120} />]
  const status = hit.status === null ? [] : [<Status language={language} hit={hit} />]
  return [
    ...status,
    ...coded("studyType", hit.studyType),
    ...hit.phases.map((phase) => codeLabel(language, "phase", phase)),
    ...written(hit.leadInstitution),
    ...written(hit.department)
  ]
}

const One = ({ hit, name, visit }: { readonly hit: Hit; readonly name: string; readonly visit: Visit }) => {
  const { language, to } = visit
  const { firstSeen, gone, lastChange } = words[language]
  const { conditions, createdAt, id, missingSince, registry, title, updatedAt } = hit
  const more = conditions.length - most
  return (
    <li>
      <h3>
        <a href={to(trialPath(hit))}>
          <SaidTitle registry={registry} text={title} />
          <span class="visually-hidden"> {id}</span>
        </a>
      </h3>
      <Parts parts={partsOf(hit, visit)} />
      {conditions.length > 0 && (
        <p>
          <SaidTitle registry={registry} text={conditions.slice(0, most).join(", ")} most={200} />
          {more > 0 && ` +${more}`}
        </p>
      )}
      {missingSince !== null && (
        <p class="bad">
          {gone} <Day instant={missingSince} visit={visit} />
        </p>
      )}
      <p class="small soft">
        <SaidTitle registry={registry} text={name} /> · <bdi>{id}</bdi> ·{" "}
        {updatedAt === createdAt ? firstSeen : lastChange} <Day instant={updatedAt} visit={visit} />
      </p>
    </li>
  )
}

/** The trials of a page of hits. */
export const Hits = ({
  listing: { items },
  registries,
  visit
}: {
  readonly listing: Listing
  readonly registries: ReadonlyMap<string, string>
  readonly visit: Visit
}) => (
  <ol class="hits">
    {items.map((hit) => (
      <One
        key={`${hit.registry}/${hit.id}`}
        hit={hit}
        name={registries.get(hit.registry) ?? hit.registry}
        visit={visit}
      />
    ))}
  </ol>
)
