// The same answers by a bare node:http server: one prepared statement of the driver and JSON.stringify, nothing kept.
import Sqlite from "better-sqlite3"
import { createServer } from "node:http"

const [, , file] = process.argv
const database = new Sqlite(file, { readonly: true })
const one = database.prepare("SELECT * FROM trials WHERE registry = ? AND id = ?")
const list = database.prepare(
  "SELECT * FROM trials WHERE missing_since IS NULL ORDER BY updated_seq DESC LIMIT 20"
)
const found = database.prepare(
  `SELECT * FROM trials WHERE updated_seq IN (
     SELECT rowid FROM trial_terms WHERE trial_terms MATCH ? ORDER BY rowid DESC LIMIT 20) ORDER BY updated_seq DESC`
)

/** A text in the language of the index: its pairs of syllables. */
const pairs = (text) =>
  Array.from(text.slice(1), (syllable, n) => `"${text.charAt(n)}${syllable}"`).join(" AND ")

const total = database.prepare(
  "SELECT count(*) AS n FROM (SELECT 1 FROM trials WHERE missing_since IS NULL LIMIT 10001)"
)
const totalFound = database.prepare(
  "SELECT count(*) AS n FROM (SELECT 1 FROM trial_terms WHERE trial_terms MATCH ? LIMIT 10001)"
)

const answer = ({ pathname, searchParams }) => {
  const q = searchParams.get("q")
  if (q !== null) return { items: found.all(pairs(q)), total: totalFound.get(pairs(q)) }
  const [, , , registry, id] = pathname.split("/")
  return id === undefined ? { items: list.all(), total: total.get() } : one.get(registry, id)
}

createServer((request, response) => {
  const body = JSON.stringify(answer(new URL(request.url, "http://localhost")))
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
  response.end(body)
}).listen(0, "127.0.0.1", function listening() {
  console.log(`http://127.0.0.1:${this.address().port}`)
})
