import type { RegistrySource } from "../RegistrySource.js"
import { kdca } from "./Kdca.js"
import * as KdcaConfig from "./KdcaConfig.js"
import * as OdcloudReplay from "./OdcloudReplay.js"

export const kdcaSource: RegistrySource = {
  registry: kdca,
  layer: KdcaConfig.layer,
  layerListing: KdcaConfig.layerListing,
  layerReplay: OdcloudReplay.layer,
  layerSample: OdcloudReplay.layerSample
}
