/**
 * The path after `sqlite:`. It is taken as it is, so whatever else people write there would become part of the name of a
 * file or a folder that nobody wants. That is refused, with the path that was probably meant.
 *
 * @module
 */
import { homedir } from "node:os"

const memory = /(?:^|[/:]):memory:/i
// At least two letters: a single one is a drive of Windows.
const scheme = /^[a-z][a-z0-9+.-]+:/i
const drive = /^\/+(?=[a-z]:[\\/])/i

/** What is wrong with a path, as the rest of a sentence; null if nothing is. */
export const flawOf = (path: string): string | null => {
  // oxlint-disable-next-line no-control-regex -- these are the characters to find
  if (/[\u0000-\u001f\u007f]/.test(path)) return "has a line break or another control character in its path"
  if (memory.test(path)) return "names no file, and what is in memory is gone after each command"
  if (/^[\s"'`]|[\s"'`]$/.test(path)) return "has a quote or a space around its path"
  if (scheme.test(path)) return `has \`${scheme.exec(path)?.[0]}\` after \`sqlite:\`, where a path belongs`
  if (path.includes("?")) return "has a question mark in its path: settings cannot be given there"
  if (/%[0-9a-f]{2}/i.test(path)) return "has percent-encoding in its path, which is taken as it is"
  if (/^~|\$\{|\$\w|%\w+%/.test(path))
    return "has `~`, `$NAME` or `%NAME%` in its path, which only a shell replaces"
  if (drive.test(path)) return "has a slash before its drive"
  if (/^\/\/(?!\/)/.test(path)) return "has two slashes before its path"
  if (path.startsWith(":")) return "has a colon before its path"
  return /^$|[\\/]$/.test(path) ? "names a folder, not a file" : null
}

/** The file that a path without flaws names: `///home/me/trials.db` is the path in the form of a URL. */
export const fileOf = (path: string): string => path.replace(/^\/\/(?=\/)/, "")

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** The paths that a faulty text may have meant, without flaws. */
const meant = (text: string): ReadonlyArray<string> => {
  const bare = text.replace(/^[\s"'`]+|[\s"'`]+$/g, "")
  const path = bare
    .replace(/^(?:(?:jdbc:)?sqlite3?(?:\+\w+)?:|file:)+/i, "")
    .replace(/^[\s"'`]+|[\s"'`]+$/g, "")
    .replace(/\?.*$/s, "")
    .replace(/^\/\/localhost(?=\/)/i, "")
    .replace(drive, "")
    .replace(/^~(?=\/)/, homedir())
  const plain = /%[0-9a-f]{2}/i.test(path) ? decoded(path) : path
  // After two slashes, a URL has a host. People mean a path: from the root, or from here.
  const paths = /^\/\/(?!\/)/.test(plain) ? [plain.slice(1), `.${plain.slice(1)}`] : [fileOf(plain)]
  // A name with a colon in it is a path if it begins with a folder.
  const named = (each: string) => path !== bare && scheme.test(each) && !each.includes("//")
  return paths.map((each) => (named(each) ? `./${each}` : each))
}

/**
 * The right spellings of a faulty text, none if they cannot be told. Never one of a text that may hold a password.
 */
export const spellingsOf = (text: string): ReadonlyArray<string> =>
  text.includes("@") ? [] : meant(text).flatMap((path) => (flawOf(path) === null ? [`sqlite:${path}`] : []))
