import { createRequire } from "node:module"

const { version }: { readonly version: string } = createRequire(import.meta.url)("../package.json")

const help = `trials-api ${version}: the read-only HTTP API over the collected trials. It runs until it is stopped.

USAGE

  trials-api

It takes no options but --help and --version. Settings, in the environment or a .env file, say what it does:

  TRIALS_DATABASE_URL          sqlite:./data/trials.db, or postgres://... as psql takes it
  TRIALS_DATABASE_CONNECTIONS  10: how many connections it opens at most on PostgreSQL
  TRIALS_API_HOST              127.0.0.1: the address on which it listens; 0.0.0.0 for every one
  TRIALS_API_PORT              3000
  TRIALS_STALE_AFTER           the age of the last proven run at which /readyz answers 503, as in 36h
  TRIALS_LOG_LEVEL             debug, info, warn, error or none

Its documentation is at /docs. Exit codes: 0 stopped by a signal, 1 a defect, 2 a setting is wrong.`

/** What is said to the arguments of the program, and the exit code; null where there are none, so that it runs. */
export const answerTo = (
  args: ReadonlyArray<string>
): { readonly text: string; readonly exit: number } | null => {
  const [first] = args
  if (first === undefined) return null
  if (args.includes("--help") || args.includes("-h")) return { text: help, exit: 0 }
  if (first === "--version") return { text: version, exit: 0 }
  return {
    text: `trials-api: It takes no arguments, and got ${first}. See --help for its settings.`,
    exit: 2
  }
}
