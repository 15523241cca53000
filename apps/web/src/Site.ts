import type { Page } from "./Page.js"
import { home } from "./home/Home.js"

/** Every page, in the order of the navigation. */
export const site: ReadonlyArray<Page> = [home]
