import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { NodeContext } from "@effect/platform-node"
import { kdca } from "../../src/registries/kdca/Kdca.js"
import * as OdcloudReplay from "../../src/registries/kdca/OdcloudReplay.js"
import { clientSuite, registrySuite } from "../../src/testing/suites/index.js"
import { client, start } from "./Portal.js"

const sample = new URL("../../sample/kdca.json", import.meta.url)

const { data }: { readonly data: ReadonlyArray<unknown> } = JSON.parse(readFileSync(sample, "utf8"))

registrySuite(kdca, data)

clientSuite("kdca", Layer.unwrapScoped(Effect.map(start, (upstream) => client(upstream))))

clientSuite("a saved answer of kdca", Layer.provide(OdcloudReplay.layer(sample.pathname), NodeContext.layer))
