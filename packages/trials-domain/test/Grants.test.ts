import { describe, expect, it } from "vitest"
import { grants } from "../src/store/Grants.js"

const place = {
  database: "studies",
  schema: "app",
  owner: "keeper",
  serverVersion: 180_000,
  migrations: "app.trials_migrations"
}
const roles = { writer: "w", reader: "r" }

/** The rights of each role on each relation. */
const on = (statements: ReadonlyArray<string>) =>
  Object.fromEntries(
    statements.flatMap((each) => {
      const [, rights, relation, role] = /^GRANT (.*) ON "app"\."(\w+)" TO "(\w+)"$/.exec(each) ?? []
      return rights === undefined ? [] : [[`${role} ${relation}`, rights]]
    })
  )

describe("grants", () => {
  it("give a reader no more than reading, and a writer nothing that would change history", () => {
    const given = on(grants(place, roles))
    const ofReader = Object.entries(given).filter(([what]) => what.startsWith("r "))
    expect(new Set(ofReader.map(([, rights]) => rights))).toEqual(new Set(["SELECT"]))
    expect(ofReader.some(([what]) => /staging|leases/.test(what))).toBe(false)
    expect(given).toMatchObject({
      "w trial_versions": "SELECT, INSERT, UPDATE (mass)",
      "w trials": "SELECT, INSERT, UPDATE, MAINTAIN",
      "w runs": "SELECT, INSERT, UPDATE",
      "w trials_migrations": "SELECT",
      "w trials_staging_layout": "SELECT",
      "w trials_staging_records": "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN"
    })
  })

  it("name no right that the server does not know", () => {
    const older = grants({ ...place, serverVersion: 160_010 }, roles)
    expect(older.join("\n")).not.toContain("MAINTAIN")
    expect(older.map((each) => each.replace(", MAINTAIN", ""))).toEqual(
      grants(place, roles).map((each) => each.replace(", MAINTAIN", ""))
    )
  })

  it("name our own relations only, and quote every name", () => {
    const odd = grants(
      { ...place, database: 'a"b', schema: "App 1.0", owner: "Keeper" },
      { writer: 'we"ird; DROP TABLE trials', reader: "user" }
    )
    expect(odd[0]).toBe(`GRANT CONNECT ON DATABASE "a""b" TO "we""ird; DROP TABLE trials", "user"`)
    expect(odd[1]).toBe(`GRANT USAGE ON SCHEMA "App 1.0" TO "we""ird; DROP TABLE trials", "user"`)
    expect(odd.at(-1)).toBe(
      `ALTER DEFAULT PRIVILEGES FOR ROLE "Keeper" IN SCHEMA "App 1.0" ` +
        `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "we""ird; DROP TABLE trials"`
    )
    for (const each of odd.slice(2, -2)) expect(each).toMatch(/ ON "App 1\.0"\."[a-z_]+" TO "/)
  })
})
