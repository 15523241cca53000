import { expect, it } from "@effect/vitest"
import { Duration, Effect, LogLevel, Redacted } from "effect"
import { settingNames } from "trials-database/Names"
import * as Environment from "trials-domain/Environment"
import * as Settings from "../src/Settings.js"

const read = <A>(
  config: Effect.Effect<A, Parameters<typeof Environment.explain>[0]>,
  environment: Record<string, string>
) =>
  Effect.mapError(
    Effect.withConfigProvider(
      Effect.suspend(() => config),
      Environment.provider(environment)
    ),
    Environment.explain
  )

it.effect("defaults match the documentation, and a blank setting counts as not set", () =>
  Effect.gen(function* () {
    for (const environment of [
      {},
      { TRIALS_DATABASE_URL: "", TRIALS_API_PORT: "", TRIALS_STALE_AFTER: "" }
    ]) {
      const { database, ...settings } = yield* read(Settings.settings, environment)
      expect(Redacted.isRedacted(database) && Redacted.value(database)).toBe("sqlite:./data/trials.db")
      expect(settings).toEqual({
        host: "127.0.0.1",
        port: 3000,
        connections: 10,
        names: { ...settingNames, host: "TRIALS_API_HOST", port: "TRIALS_API_PORT" },
        rateLimit: 600,
        trustProxy: undefined,
        publicUrl: undefined,
        mcpHosts: undefined,
        keepAlive: Duration.seconds(65),
        cacheBytes: 64 * 1024 * 1024,
        staleAfter: undefined,
        logLevel: LogLevel.Info
      })
    }
  })
)

it.effect("takes ages as people write them", () =>
  Effect.gen(function* () {
    for (const text of ["36h", "36 hours", "2160m", "1.5d"]) {
      const { staleAfter } = yield* read(Settings.settings, { TRIALS_STALE_AFTER: text })
      expect([text, Duration.toHours(staleAfter ?? 0)]).toEqual([text, 36])
    }
  })
)

it.effect("takes the address that people use, without the slash at its end", () =>
  Effect.gen(function* () {
    for (const [text, address] of [
      ["https://example.org", "https://example.org"],
      ["HTTP://Example.org:80/", "http://example.org"],
      ["https://example.org:8443/trials//", "https://example.org:8443/trials"],
      ["https://example.org/임상", "https://example.org/%EC%9E%84%EC%83%81"]
    ] as const) {
      const { publicUrl } = yield* read(Settings.settings, { TRIALS_PUBLIC_URL: text })
      expect([text, publicUrl]).toEqual([text, address])
    }
  })
)

it.effect("names a wrong setting, and says what it must be", () =>
  Effect.gen(function* () {
    const wrong = [
      [{ TRIALS_API_PORT: "65536" }, "TRIALS_API_PORT must be a port from 0 to 65535."],
      [{ TRIALS_API_PORT: "-1" }, "TRIALS_API_PORT must be a port from 0 to 65535."],
      [{ TRIALS_API_RATE_LIMIT: "many" }, "TRIALS_API_RATE_LIMIT must be a whole number from 0 to 1000000."],
      [{ TRIALS_API_KEEP_ALIVE: "0" }, "TRIALS_API_KEEP_ALIVE must be a whole number from 1 to 3600."],
      [{ TRIALS_API_CACHE: "1.5" }, "TRIALS_API_CACHE must be a whole number from 0 to 65536."],
      ...["yes", "10.0.0.0/33", "loopback,", "-1"].map(
        (proxies) =>
          [
            { TRIALS_API_TRUST_PROXY: proxies },
            "TRIALS_API_TRUST_PROXY must be a number of proxies, or their addresses, as in 1, loopback, 10.0.0.0/8 or " +
              "192.0.2.7, 2001:db8::/32."
          ] as const
      ),
      ...[
        "example.org",
        "/trials",
        "ftp://example.org",
        "https:example.org",
        "https://",
        "https://example.org/?a",
        "https://example.org?",
        "https://example.org/#a",
        "https://me:secret@example.org"
      ].map(
        (address) =>
          [
            { TRIALS_PUBLIC_URL: address },
            "TRIALS_PUBLIC_URL must be an absolute http or https address without a query, as in https://example.org/trials."
          ] as const
      ),
      ...["localhost:3000", "https://example.org", "example.org/mcp", "a b", "one.example,"].map(
        (hosts) =>
          [
            { TRIALS_MCP_HOSTS: hosts },
            "TRIALS_MCP_HOSTS must be names of hosts without a port, separated by commas, as in trials.example.org, 192.0.2.7."
          ] as const
      ),
      [
        { TRIALS_STALE_AFTER: "0h" },
        "TRIALS_STALE_AFTER must be an age greater than zero, as in 90m, 36h or 2d."
      ],
      [
        { TRIALS_STALE_AFTER: "soon" },
        "TRIALS_STALE_AFTER must be an age greater than zero, as in 90m, 36h or 2d."
      ]
    ] as const
    for (const [environment, message] of wrong) {
      expect(yield* Effect.flip(read(Settings.settings, environment))).toBe(message)
    }
    const level = yield* Effect.flip(read(Environment.logLevel, { TRIALS_LOG_LEVEL: "loud" }))
    expect(level).toBe("TRIALS_LOG_LEVEL must be debug, info, warn, error or none.")
  })
)
