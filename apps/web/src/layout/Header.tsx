import type { Page } from "../Page.js"
import type { LayoutProps } from "./Layout.js"
import { words } from "./Words.js"

const sections = ["changes", "search", "registries", "about"] as const satisfies ReadonlyArray<
  Page["section"]
>

/** The name of the site, its parts, and the same page in the other language. */
export const Header = ({ links, path, section, visit }: LayoutProps) => {
  const { navigation, otherLanguage, sections: names, site } = words[visit.language]
  const other = visit.language === "en" ? "ko" : "en"
  const current = (each: Page["section"]) => {
    if (each !== section) return undefined
    return path === (each === "home" ? "" : `/${each}`) ? "page" : "true"
  }
  return (
    <header class="top">
      <a class="brand" href={visit.to("")} aria-current={current("home")}>
        {site}
      </a>
      <nav aria-label={navigation}>
        <ul>
          {sections.map((each) => (
            <li key={each}>
              <a href={visit.to(`/${each}`)} aria-current={current(each)}>
                {names[each]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <a class="language" href={links.in(other, path, visit.query)} lang={other} hreflang={other}>
        {otherLanguage}
      </a>
    </header>
  )
}
