import { version } from "./Version.js"

const help = `trials-api ${version}: the read-only HTTP API over the collected trials. It runs until it is stopped.

USAGE

  trials-api

It takes no options but --help and --version. Settings, in the environment or a .env file, say what it does:

  TRIALS_DATABASE_URL          sqlite:./data/trials.db, or postgres://... as psql takes it
  TRIALS_DATABASE_CONNECTIONS  10: how many connections it opens at most on PostgreSQL
  TRIALS_API_HOST              127.0.0.1: the address on which it listens; 0.0.0.0 for every one
  TRIALS_API_PORT              3000
  TRIALS_API_RATE_LIMIT        600: how many requests a client may send in a minute; 0 for any number
  TRIALS_API_TRUST_PROXY       the proxies that are believed when they say for whom they ask: how many there are, or their
                               addresses, as in 1, loopback or 10.0.0.0/8; without it none is
  TRIALS_PUBLIC_URL            the address that people use, as in https://example.org/trials: what the API says of its
                               addresses begins with it; without it that is relative
  TRIALS_MCP_HOSTS             names of further hosts that /mcp answers to, as in trials.example.org; without it that of
                               TRIALS_PUBLIC_URL, and localhost where the API listens to this machine alone
  TRIALS_API_KEEP_ALIVE        65: for how many seconds a connection waits for its next request; more than a balancer's 60
  TRIALS_API_CACHE             64: how many MiB of answers it keeps at most; 0 for none
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
