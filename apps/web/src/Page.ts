import type { ComponentChildren } from "preact"
import type { TrialsClient } from "trials-contract/client"
import type { Language } from "./Language.js"

/** What a page is asked for. */
export interface Visit {
  readonly language: Language
  /** Reads the API. Whatever one page reads is of one publication. */
  readonly client: TrialsClient
  /** The parts of the path, by the names that the page's own path gives them. */
  readonly params: Readonly<Record<string, string>>
  /** The parameters that the page declares, without empty ones: a form sends every field that it has. */
  readonly query: Readonly<Record<string, string>>
  /** The instant, in milliseconds. */
  readonly now: number
  /** The address of a path of the API or of these pages, as in `/v1/trials`: with the prefix that a proxy takes away. */
  readonly at: (path: string, query?: Parameters) => string
  /** The address of a page in the visitor's language, as in `/changes`. */
  readonly to: (path: string, query?: Parameters) => string
  /** An address of `at` or `to` with the host that people use, as far as that is known. */
  readonly whole: (address: string) => string
}

/** The parameters of a link. What is undefined or empty is left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>

/** What a page shows. */
export interface View {
  /** In the visitor's language; the name of the site is put after it. */
  readonly title: string
  readonly description: string
  readonly body: ComponentChildren
  /** Default 200. */
  readonly status?: 200 | 400 | 404 | 429 | 500 | 503
  /** Whether search engines shall leave it out. Default false. */
  readonly isUnlisted?: boolean
  /** The parameters that are of the page's own address, as opposed to those that only order or narrow it. Default: none. */
  readonly canonical?: Parameters
  /** The feed that follows what this page shows: its address, and what a reader calls it. */
  readonly feed?: { readonly href: string; readonly title: string }
  /** The instant, in milliseconds, from which the page is another one while the database stays as it is. */
  readonly until?: number
}

/** A page. */
export interface Page {
  /** Its path below the language, as in `/trials/:registry/:id`. */
  readonly path: string
  /** The parameters that it takes. What else an address has is said on the page, and changes nothing. */
  readonly parameters: ReadonlyArray<string>
  /** Which part of the site it is of, as the navigation names it. */
  readonly section: "home" | "changes" | "search" | "registries" | "about"
  /** Reads what it shows. A refusal of the API that it throws is shown as a page of its own. */
  readonly show: (visit: Visit) => Promise<View>
}
