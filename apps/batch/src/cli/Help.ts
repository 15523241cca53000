import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Span from "@effect/cli/HelpDoc/Span"

/** What a command does, with examples and the purpose of each. */
export const help = (
  does: string,
  examples: ReadonlyArray<readonly [command: string, why: string]>
): HelpDoc.HelpDoc =>
  HelpDoc.blocks([HelpDoc.p(does), ...examples.map(([command, why]) => HelpDoc.p(`  ${command}  # ${why}`))])

type Entries = ReadonlyArray<readonly [name: string, text: string]>

const columns = (entries: Entries): HelpDoc.HelpDoc => {
  const width = Math.max(...entries.map(([name]) => name.length))
  return HelpDoc.p(Span.text(entries.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n")))
}

const list = (title: string, entries: Entries): HelpDoc.HelpDoc =>
  HelpDoc.blocks([HelpDoc.h1(title), columns(entries)])

/** An index of commands by purpose. */
export const index = (groups: Readonly<Record<string, Entries>>): HelpDoc.HelpDoc =>
  HelpDoc.blocks(
    Object.entries(groups).flatMap(([purpose, entries]) => [HelpDoc.p(`${purpose}:`), columns(entries)])
  )

// What the library says about every option, and what the usage line already says.
const noise =
  /\n\n {2}(?:A true or false value|This option may be repeated zero or more times|A user-defined piece of text|An integer|This setting is optional)\.(?=\n|$)/g

// The library lists every command with every option, in lines too wide for any terminal. `index` says more.
const libraryIndex = /^.{0,8}COMMANDS.{0,8}\n(?:\n.{0,8} {2}- .*\n)+\n/m

/** Shortens the library's help, and puts the whole path of the command that `words` name into its usage. */
export const abridge = (text: string, words: ReadonlyArray<string>): string => {
  const isParent = libraryIndex.test(text)
  return text
    .replace(/^.*\n\n(?=.* -- )/, "")
    .replace(noise, "")
    .replace(libraryIndex, "")
    .replace(/^\$ (\S+)/m, (usage, name: string) => {
      const at = words.indexOf(name)
      const path = at === -1 ? usage : `$ ${["trials", ...words.slice(0, at + 1)].join(" ")}`
      return isParent ? `${path} <command> [options]` : path
    })
}

/** Ends the help of every command. */
export const footer: HelpDoc.HelpDoc = HelpDoc.blocks([
  list("EXIT CODES", [
    ["0", "done; a run is complete or unchanged"],
    ["1", "a defect of this program"],
    [
      "2",
      "usage or configuration: wrong option, bad key, certificate, proxy or file, no database, not found"
    ],
    ["3", "quarantined: the run could not be proven whole, and somebody should look"],
    ["4", "failed: the registry failed or would not stand still; trying later may help"],
    ["5", "another run works on the registry"],
    ["6", "storage: disk full, I/O, database server lost"],
    ["7", "a check found something"],
    ["130, 143", "interrupted, terminated"]
  ]),
  list("SETTINGS (environment, or a .env file)", [
    ["TRIALS_DATABASE_URL", "sqlite:./data/trials.db, or postgres://... as psql takes it"],
    ["TRIALS_DATABASE_CONNECTIONS", "10: how many connections one process opens at most on PostgreSQL"],
    ["ODCLOUD_SERVICE_KEY", "the key to the registry kdca, from https://www.data.go.kr"],
    ["ODCLOUD_REVISION", "latest, or the edition to read (uddi:...)"],
    ["ODCLOUD_PAGE_SIZE", "1000: records in one request"],
    ["ODCLOUD_BASE_URL, ODCLOUD_SPEC_URL, ODCLOUD_DATASET", "where kdca and its list of editions are"],
    ["CTGOV_BASE_URL", "where ClinicalTrials.gov is; it needs no key"],
    ["CTGOV_PAGE_SIZE", "1000: studies in one page of its list"],
    ["CTGOV_REQUESTS_PER_SECOND", "1: requests in a second, as its robots.txt asks for"],
    [
      "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
      "the proxy to the registries, and the hosts that are asked without it"
    ],
    ["NODE_EXTRA_CA_CERTS", "(environment only) a file of certificates to trust beside the usual ones"],
    ["TRIALS_UPSTREAM_DEADLINE", "10 minutes: for all tries of one request"],
    [
      "TRIALS_SHRINK_LIMIT",
      "0.9: a run that sees less than this share of the known trials again is quarantined"
    ],
    ["TRIALS_REJECT_LIMIT", "0.005: more unreadable records than this share are quarantined"],
    ["TRIALS_STALE_AFTER", "the age of the last proven run at which data are stale, as in 36h"],
    [
      "GITHUB_TOKEN, GH_TOKEN",
      "for `release`: a token of GitHub, to publish, and to read a private repository"
    ],
    ["GITHUB_API_URL, GITHUB_SERVER_URL", "for `release`: where GitHub is, if not at github.com"],
    ["TRIALS_LOG_LEVEL", "debug, info, warn, error or none"],
    ["NO_COLOR", "no colours, also on a terminal"]
  ])
])
