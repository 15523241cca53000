import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { NodeContext } from "@effect/platform-node"
import { ctgov } from "../../src/registries/ctgov/Ctgov.js"
import * as CtgovReplay from "../../src/registries/ctgov/CtgovReplay.js"
import { kdca } from "../../src/registries/kdca/Kdca.js"
import * as OdcloudReplay from "../../src/registries/kdca/OdcloudReplay.js"
import { clientSuite, registrySuite } from "../../src/testing/suites/index.js"
import * as CtgovPortal from "./CtgovPortal.js"
import { client, start } from "./Portal.js"

const sample = new URL("../../sample/kdca.json", import.meta.url)

const { data }: { readonly data: ReadonlyArray<unknown> } = JSON.parse(readFileSync(sample, "utf8"))

registrySuite(kdca, data)

clientSuite("kdca", Layer.unwrapScoped(Effect.map(start, (upstream) => client(upstream))))

clientSuite("a saved answer of kdca", Layer.provide(OdcloudReplay.layer(sample.pathname), NodeContext.layer))

// Whole studies of the registry, cut to the pieces that are asked for; lists of sites and outcomes are shortened.
const studies: ReadonlyArray<unknown> = JSON.parse(
  readFileSync(new URL("./fixtures/ctgov-studies.json", import.meta.url), "utf8")
)

registrySuite(ctgov, studies)

// More studies than one request asks for whole.
const portal = Effect.map(CtgovPortal.start({ isStable: true, size: 450 }), ({ baseUrl }) =>
  CtgovPortal.client(baseUrl, { pageSize: 150 })
)

clientSuite("ctgov", Layer.unwrapScoped(portal), { unknownIds: ["NCT99999999", "NCT00000000"] })

clientSuite("a saved page of ctgov", Layer.provide(CtgovReplay.layerSample, NodeContext.layer))
