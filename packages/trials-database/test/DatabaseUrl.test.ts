import { expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { homedir } from "node:os"
import { parse } from "trials-database/DatabaseUrl"
import { describe } from "vitest"

const parsed = (url: string) => parse(Redacted.make(url))

describe("the setting of a database", () => {
  it.effect.each([
    ["sqlite:./data/trials.db", "./data/trials.db"],
    ["sqlite:trials.db", "trials.db"],
    ["sqlite:../trials.db", "../trials.db"],
    ["sqlite:/home/me/trials.db", "/home/me/trials.db"],
    ["sqlite:///home/me/trials.db", "/home/me/trials.db"],
    ["sqlite:C:\\x\\trials.db", "C:\\x\\trials.db"],
    ["sqlite:c:/x/trials.db", "c:/x/trials.db"],
    ["sqlite:\\\\server\\share\\trials.db", "\\\\server\\share\\trials.db"],
    ["sqlite:./한글 이름/100%.db", "./한글 이름/100%.db"],
    ["sqlite:./a:b.db", "./a:b.db"]
  ])("%s is the file %s", ([url, file]) =>
    Effect.map(parsed(url ?? ""), (found) => expect(found).toEqual({ engine: "sqlite", file }))
  )

  it.effect.each([
    ["sqlite:file:///home/me/trials.db", "sqlite:/home/me/trials.db"],
    ["sqlite:file://localhost/home/me/trials.db", "sqlite:/home/me/trials.db"],
    ["sqlite:file:trials.db", "sqlite:trials.db"],
    ["sqlite:file:./trials.db?mode=ro&cache=shared", "sqlite:./trials.db"],
    ["sqlite:file:///C:/x/trials.db", "sqlite:C:/x/trials.db"],
    ["sqlite:sqlite:./trials.db", "sqlite:./trials.db"],
    ["sqlite:./trials.db?mode=ro", "sqlite:./trials.db"],
    ["sqlite:///home/me/trials.db?mode=ro", "sqlite:/home/me/trials.db"],
    ["sqlite:/C:/x/trials.db", "sqlite:C:/x/trials.db"],
    ["sqlite:///C:/x/trials.db", "sqlite:C:/x/trials.db"],
    ["sqlite://f/u.db", "sqlite:/f/u.db or sqlite:./f/u.db"],
    ["sqlite:./my%20data/trials.db", "sqlite:./my data/trials.db"],
    ["sqlite:%2Fhome%2Fme%2Ftrials.db", "sqlite:/home/me/trials.db"],
    ["sqlite:data:2026.db", "sqlite:./data:2026.db"],
    ["sqlite:~/trials.db", `sqlite:${homedir()}/trials.db`],
    ["sqlite:'trials.db'", "sqlite:trials.db"],
    ["sqlite: ./trials.db ", "sqlite:./trials.db"],
    ["'sqlite:./trials.db'", "sqlite:./trials.db"],
    ["sqlite3:./trials.db", "sqlite:./trials.db"],
    ["SQLite:./trials.db", "sqlite:./trials.db"],
    ["sqlite+aiosqlite:///home/me/trials.db", "sqlite:/home/me/trials.db"],
    ["jdbc:sqlite:trials.db", "sqlite:trials.db"],
    ["file:///home/me/trials.db", "sqlite:/home/me/trials.db"],
    ["./data/trials.db", "sqlite:./data/trials.db"],
    ["C:\\x\\trials.db", "sqlite:C:\\x\\trials.db"]
  ])("%s is refused, with %s", ([url, right]) =>
    Effect.map(Effect.flip(parsed(url ?? "")), ({ message, reason }) => {
      expect(reason).toBe("url")
      expect(message).toMatch(/^`url` /)
      expect(message.split(". Write ")[1]).toBe(right)
    })
  )

  it.effect.each([
    [""],
    ["sqlite:"],
    ["sqlite::memory:"],
    ["sqlite:///:memory:"],
    ["sqlite:file::memory:?cache=shared"],
    ["sqlite:https://host/trials.db"],
    ["sqlite:postgres://user:secret@host/db"],
    ["sqlite://user:secret@host/trials.db"],
    ["sqlite:$HOME/trials.db"],
    ["sqlite:./data/"],
    ["sqlite:./trials.db\u0000"],
    ["mysql://user:secret@host/db"],
    ["mysql://host/db"],
    ["postgres:nothing"]
  ])("%s is refused, and no spelling is guessed or repeated", ([url]) =>
    Effect.map(Effect.flip(parsed(url ?? "")), ({ message, reason }) => {
      expect(reason).toBe("url")
      expect(message).not.toMatch(/secret|host\/trials/)
      expect(message).toContain("Write the path itself")
    })
  )
})
