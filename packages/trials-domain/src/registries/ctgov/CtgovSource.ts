import type { RegistrySource } from "../RegistrySource.js"
import { ctgov } from "./Ctgov.js"
import * as CtgovConfig from "./CtgovConfig.js"
import * as CtgovReplay from "./CtgovReplay.js"

export const ctgovSource: RegistrySource = {
  registry: ctgov,
  layer: CtgovConfig.layer,
  layerReplay: CtgovReplay.layer,
  layerSample: CtgovReplay.layerSample
}
