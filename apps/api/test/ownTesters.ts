import { effect, it, scoped } from "@effect/vitest"

// `layer` of @effect/vitest puts its testers on vitest's own `it`, where the next file of the same worker would find them:
// one that wants a test clock got the real one.
Object.assign(it, { effect, scoped })
