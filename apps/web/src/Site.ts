import { about } from "./about/About.js"
import { home } from "./home/Home.js"
import type { Page } from "./Page.js"
import { registries } from "./registries/Registries.js"
import { registryPage } from "./registries/RegistryPage.js"
import { runPage } from "./runs/RunPage.js"
import { search } from "./search/Search.js"

/** Every page, in the order of the navigation. */
export const site: ReadonlyArray<Page> = [home, search, registries, registryPage, runPage, about]
