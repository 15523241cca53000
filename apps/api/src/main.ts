import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { all } from "trials-domain/registries"
import * as Environment from "trials-domain/Environment"
import { announce } from "./Announcement.js"
import { ApiServer } from "./ApiServer.js"
import { explained, teardown } from "./Exit.js"
import { LazyDatabase } from "./LazyDatabase.js"
import { Log } from "./Log.js"
import * as Settings from "./Settings.js"

const environment = Layer.unwrapEffect(
  Effect.map(Settings.loadDotEnv, () => Layer.setConfigProvider(Environment.provider(process.env)))
)

const log = Layer.unwrapEffect(Effect.map(Environment.logLevel, (level) => Log.layer(level)))

const registries = all.map(({ registry }) => registry)

const database = Layer.unwrapEffect(
  Effect.map(Settings.database, (url) => LazyDatabase.layer({ url, registries }))
)

const server = Layer.unwrapEffect(Effect.map(Settings.server, ApiServer.layer))

const program = announce.pipe(
  Layer.provide(server),
  Layer.provide(database),
  Layer.provide(log),
  Layer.provide(environment)
)

NodeRuntime.runMain(explained(Layer.launch(program)), {
  disableErrorReporting: true,
  disablePrettyLogger: true,
  teardown
})
