import type { Addresses } from "../asking/Addresses.js"
import type { Page, View, Visit } from "../Page.js"
import type { Attribution } from "./Attribution.js"
import { Footer } from "./Footer.js"
import { Head } from "./Head.js"
import { Header } from "./Header.js"
import { Notices } from "./Notices.js"
import { words } from "./Words.js"

/** What a document is made of. */
export interface LayoutProps {
  readonly view: View
  readonly visit: Visit
  readonly links: Addresses
  /** The path of the page, below the language. */
  readonly path: string
  /** Where in the site it is; undefined where there is no page. */
  readonly section: Page["section"] | undefined
  readonly sources: ReadonlyArray<Attribution>
  /** The parameters that the page does not know, and those that were given twice. */
  readonly unknown: ReadonlyArray<string>
  readonly repeated: ReadonlyArray<string>
}

/** A whole document. */
export const Layout = (props: LayoutProps) => {
  const { language } = props.visit
  return (
    <html lang={language}>
      <Head {...props} />
      <body>
        <a class="skip" href="#content">
          {words[language].skip}
        </a>
        <Header {...props} />
        <main id="content" tabindex={-1}>
          <Notices {...props} />
          {props.view.body}
        </main>
        <Footer {...props} />
      </body>
    </html>
  )
}
