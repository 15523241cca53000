import { type Installation, migrationsTable } from "./Home.js"
import { postgresStaging } from "./StagingTables.js"

/** The two roles beside the owner: one collects, the other only reads. */
export interface Roles {
  /** The role that collects. */
  readonly writer: string
  /** The role that only reads. */
  readonly reader: string
}

/** What the read side, the API, `trials verify` and `trials release pack` ask. */
const read = [
  migrationsTable,
  "absences",
  "counters",
  "dictionaries",
  "registries",
  "runs",
  "trials",
  "trial_ids",
  "trial_listings",
  "trial_versions",
  "trial_search",
  "trial_words",
  "trials_flat"
]

/** What a run, a remap and a rebuild do beside reading; what a trial's history says is never changed or deleted. */
const written = {
  counters: ["UPDATE"],
  registries: ["INSERT", "UPDATE"],
  runs: ["INSERT", "UPDATE"],
  leases: ["INSERT", "UPDATE"],
  absences: ["INSERT", "DELETE"],
  dictionaries: ["INSERT"],
  trials: ["INSERT", "UPDATE"],
  trial_ids: ["INSERT", "DELETE"],
  trial_listings: ["INSERT", "UPDATE", "DELETE"],
  // A mass change is known when all of it is written.
  trial_versions: ["INSERT", "UPDATE (mass)"],
  trial_search: ["INSERT", "DELETE"],
  trial_words: ["INSERT", "DELETE"]
}

const { layout, ...stagedIn } = postgresStaging

const analyzed: ReadonlySet<string> = new Set([
  "trials",
  "trial_search",
  postgresStaging.listings,
  postgresStaging.records
])

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * The rights that a writer and a reader need in an installation on PostgreSQL, as statements without semicolons. They name
 * our own relations only, because the schema may hold others.
 */
export const grants = (
  { database, owner, schema, serverVersion }: Installation,
  { reader, writer }: Roles
): ReadonlyArray<string> => {
  const [home, w, r] = [quoted(schema), quoted(writer), quoted(reader)]
  const on = (relation: string, rights: ReadonlyArray<string>, role: string) => {
    // Before version 17 only the owner could ANALYZE; for others it does nothing there.
    const all =
      serverVersion >= 170_000 && role === w && analyzed.has(relation) ? [...rights, "MAINTAIN"] : rights
    return `GRANT ${all.join(", ")} ON ${home}.${quoted(relation)} TO ${role}`
  }
  const later = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoted(owner)} IN SCHEMA ${home} GRANT`
  const only = read.filter((relation) => !Object.hasOwn(written, relation))
  return [
    `GRANT CONNECT ON DATABASE ${quoted(database)} TO ${w}, ${r}`,
    `GRANT USAGE ON SCHEMA ${home} TO ${w}, ${r}`,
    ...read.map((relation) => on(relation, ["SELECT"], r)),
    ...[...only, layout].map((relation) => on(relation, ["SELECT"], w)),
    ...Object.entries(written).map(([relation, rights]) => on(relation, ["SELECT", ...rights], w)),
    ...Object.values(stagedIn).map((relation) =>
      on(relation, ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"], w)
    ),
    // For the tables of later migrations.
    `${later} SELECT ON TABLES TO ${r}`,
    `${later} SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${w}`
  ]
}
