import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Layer } from "effect"
import * as DotEnv from "trials-domain/DotEnv"
import * as Environment from "trials-domain/Environment"
import * as Starter from "trials-domain/Starter"
import { ApiServer } from "./ApiServer.js"
import { answerTo } from "./Arguments.js"
import { explained, type StartError, teardown } from "./Exit.js"

const environment = Layer.unwrapEffect(
  Effect.map(DotEnv.load(process.env), () => Layer.setConfigProvider(Environment.provider(process.env)))
).pipe(Layer.provide(NodeFileSystem.layer))

const announced = Layer.effectDiscard(
  Effect.flatMap(ApiServer, ({ url }) =>
    Console.log(`The API is at ${url}, its documentation at ${url}/docs`)
  )
)

/**
 * Runs an API as this process: its settings come from the environment and a `.env` file, it says where it listens, and
 * it ends in order at SIGINT and SIGTERM, or when the npm that started it has ended. Exit codes: 0 stopped by a signal, 1 a defect, 2 configuration.
 */
export const runMain = (api: Layer.Layer<ApiServer, StartError>): void => {
  const answer = answerTo(process.argv.slice(2))
  if (answer !== null) {
    ;(answer.exit === 0 ? console.log : console.error)(answer.text)
    process.exitCode = answer.exit
    return
  }
  const program = announced.pipe(Layer.provide(api), Layer.provide(environment))
  NodeRuntime.runMain(explained(Layer.launch(program)), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown
  })
  Starter.whenGone(process, () => process.kill(process.pid, "SIGTERM"))
}
