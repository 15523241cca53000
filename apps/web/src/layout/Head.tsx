import { languages } from "../Language.js"
import type { LayoutProps } from "./Layout.js"
import { words } from "./Words.js"

/** The addresses by which search engines know a page. */
const Known = ({ links, path, view, visit }: LayoutProps) => {
  const address = (language: (typeof languages)[number]) =>
    links.whole(links.in(language, path, view.canonical))
  return (
    <>
      <link rel="canonical" href={address(visit.language)} />
      <meta property="og:url" content={address(visit.language)} />
      {languages.map((language) => (
        <link key={language} rel="alternate" hreflang={language} href={address(language)} />
      ))}
      <link rel="alternate" hreflang="x-default" href={address("en")} />
    </>
  )
}

/** The head of a document. */
export const Head = (props: LayoutProps) => {
  const { links, view, visit } = props
  const { site, tagline } = words[visit.language]
  const isListed = view.isUnlisted !== true && (view.status ?? 200) === 200
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{view.title === site ? `${site}: ${tagline}` : `${view.title} – ${site}`}</title>
      <meta name="description" content={view.description} />
      <meta property="og:title" content={view.title} />
      <meta property="og:description" content={view.description} />
      <meta property="og:site_name" content={site} />
      <meta property="og:type" content="website" />
      <meta property="og:locale" content={visit.language === "ko" ? "ko_KR" : "en_GB"} />
      {isListed ? <Known {...props} /> : <meta name="robots" content="noindex" />}
      {view.feed && (
        <link rel="alternate" type="application/atom+xml" href={view.feed.href} title={view.feed.title} />
      )}
      <link rel="stylesheet" href={links.at("/web/style.css")} />
      <link rel="icon" type="image/svg+xml" href={links.at("/web/icon.svg")} />
    </head>
  )
}
