import { Fragment } from "preact"
import type { LayoutProps } from "./Layout.js"
import { words } from "./Words.js"

/** Whose data these are, what they are not, and where programs find them. */
export const Footer = ({ sources, visit }: LayoutProps) => {
  const { agents, api, changesFeed, cite, dataOf, noAdvice } = words[visit.language]
  return (
    <footer>
      {sources.length > 0 && (
        <p>
          {dataOf}{" "}
          {sources.map(({ lang, name, text }, index) => (
            <Fragment key={name}>
              {index > 0 && " · "}
              <a href={visit.to(`/registries/${encodeURIComponent(name)}`)}>
                <bdi lang={lang}>{text}</bdi>
              </a>
            </Fragment>
          ))}
        </p>
      )}
      <p>{noAdvice}</p>
      <ul class="inline">
        <li>
          <a href={visit.at("/docs")}>{api}</a>
        </li>
        <li>
          <a href={visit.at("/v1/changes.atom")}>{changesFeed}</a>
        </li>
        <li>
          <a href={visit.to("/about") + "#agents"}>{agents}</a>
        </li>
        <li>
          <a href={visit.to("/about") + "#cite"}>{cite}</a>
        </li>
      </ul>
    </footer>
  )
}
