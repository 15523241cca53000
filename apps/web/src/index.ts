/**
 * The pages for people: what the API says, as HTML. They read it through its client and nothing else.
 *
 * @module
 */
export { type ApiOptions, overApi } from "./OverApi.js"
export { createPages, type PageAnswer, type PageRequest, type PagesOptions } from "./Pages.js"
export type { Language } from "./Language.js"
