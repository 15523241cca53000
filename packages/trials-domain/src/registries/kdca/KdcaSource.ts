import type { RegistrySource } from "../RegistrySource.js"
import { kdca } from "./Kdca.js"
import * as KdcaConfig from "./KdcaConfig.js"
import * as OdcloudReplay from "./OdcloudReplay.js"

export const kdcaSource: RegistrySource = {
  registry: kdca,
  secrets: ["ODCLOUD_SERVICE_KEY"],
  layer: KdcaConfig.layer,
  layerListing: KdcaConfig.layerListing,
  layerReplay: OdcloudReplay.layer,
  layerSample: OdcloudReplay.layerSample
}
