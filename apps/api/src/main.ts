import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { all } from "trials-domain/registries"
import { databaseSetting } from "trials-database/DatabaseUrl"
import * as DotEnv from "trials-domain/DotEnv"
import * as Environment from "trials-domain/Environment"
import { announce } from "./Announcement.js"
import { ApiServer } from "./ApiServer.js"
import { explained, teardown } from "./Exit.js"
import { LazyDatabase } from "./LazyDatabase.js"
import { Log } from "./Log.js"
import * as Settings from "./Settings.js"

const environment = Layer.unwrapEffect(
  Effect.map(DotEnv.load(process.env), () => Layer.setConfigProvider(Environment.provider(process.env)))
).pipe(Layer.provide(NodeFileSystem.layer))

const log = Layer.unwrapEffect(Effect.map(Environment.logLevel, (level) => Log.layer(level)))

const registries = all.map(({ registry }) => registry)

const database = Layer.unwrapEffect(
  Effect.map(databaseSetting, ({ connections, url }) => LazyDatabase.layer({ url, connections, registries }))
)

const server = Layer.unwrapEffect(Effect.map(Settings.server, ApiServer.layer))

const program = announce.pipe(
  Layer.provide(server),
  Layer.provide(database),
  Layer.provide(log),
  Layer.provide(environment)
)

// `npm start` holds a channel to this process. It closes however `npm start` ends.
const orphaned = () => process.kill(process.pid, "SIGTERM")
process.on("disconnect", orphaned)

NodeRuntime.runMain(explained(Layer.launch(program)), {
  disableErrorReporting: true,
  disablePrettyLogger: true,
  teardown
})
if (process.connected === false) orphaned()
