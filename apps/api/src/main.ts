import { Effect, Layer } from "effect"
import { builtin } from "trials-domain/registries"
import { makeApi, runMain, settings } from "./index.js"

runMain(Layer.unwrapEffect(Effect.map(settings, (set) => makeApi({ registries: builtin, ...set }))))
