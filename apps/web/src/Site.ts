import { about } from "./about/About.js"
import { changes } from "./changes/Changes.js"
import { home } from "./home/Home.js"
import type { Page } from "./Page.js"
import { registries } from "./registries/Registries.js"
import { registryPage } from "./registries/RegistryPage.js"
import { runPage } from "./runs/RunPage.js"
import { search } from "./search/Search.js"
import { compare } from "./trial/Compare.js"
import { trial } from "./trial/Trial.js"

/** Every page, in the order of the navigation. */
export const site: ReadonlyArray<Page> = [
  home,
  changes,
  search,
  compare,
  trial,
  registries,
  registryPage,
  runPage,
  about
]
