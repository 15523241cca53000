import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { fileURLToPath } from "node:url"
import { parse } from "../src/postgres/PostgresUrl.js"

const root = fileURLToPath(new URL("./fixtures/localhost.pem", import.meta.url))
const key = fileURLToPath(new URL("./fixtures/localhost.key.pem", import.meta.url))

const refused = (url: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.flip(parse(Redacted.make(url), { HOME: "/none", APPDATA: "/none", ...environment }))

describe("a PostgreSQL URL that is refused", () => {
  const stray = "In a user name or a password, write `/` as %2F, `@` as %40"
  it.effect.each([
    ["postgres:/u@h/d", "must be `postgres://user:password@host/database`"],
    ["postgres://u:canary/x@h/d", stray],
    ["postgres://u:12/canary@h/d", stray],
    ["postgres://canary/x:p@h/d", stray],
    ["postgres://u:p@canary@h/d", stray],
    ["postgres://u:p@s:canary@h:1/d", stray],
    ["postgres://u:canary/x?y@h/d", stray],
    ["postgres://u:12/x?canary=y@h/d", stray],
    ["postgres://u:p@x?canary=y@h/d", stray],
    ["postgres://u:canary/d", "`/` is written %2F"],
    ["postgres://u@h:54x/d", "`port`: it is a number from 1 to 65535"],
    ["postgres://u@h:0/d", "`port`: it is a number from 1 to 65535"],
    ["postgres://u@h:65536/d", "`port`: it is a number from 1 to 65535"],
    ["postgres://u@::1/d", "as in [::1]:5432"],
    ["postgres://u@[::1/d", "as in [::1]:5432"],
    ["postgres://u@[]/d", "as in [::1]:5432"],
    ["postgres://u@[::1]canary/d", "as in [::1]:5432"],
    ["postgres://u@a,b/d", "several hosts"],
    ["postgres://u@a:1,b:2/d", "several hosts"],
    ["postgres://u@a%2Cb/d", "`host`: it is one server"],
    ["postgres://u@/d?host=a,b", "`host`: it is one server"],
    ["postgres://u@%40abstract/d", "`host`: it is one server"],
    ["postgres://u@h/d?port=1,2", "`port`"],
    ["postgres://u:canary100%zz@h/d", "write it as %25"],
    ["postgres://u@h/100%", "write it as %25"],
    ["postgres://u:canary%00@h/d", "%00 in its password"],
    ["postgres://u:canary%ff@h/d", "not UTF-8. A `%` itself is written %25"],
    ["postgres://u:canary p@h/d", "write it as %20"],
    ["postgres://u:canary@h/d\n", "a line break"],
    ["postgres://u@h/d?sslmode", "a parameter without `=`"],
    ["postgres://u@h/d?&sslmode=require", "a parameter without `=`"],
    ["postgres://u@h/d?&", "a parameter without `=`"],
    ["postgres://u@h/d?uzer=canary", "`uzer`"],
    ["postgres://u@h/d?SSLMODE=require", "`SSLMODE`"],
    ["postgres://u@h/d?constructor=1", "`constructor`. Leave it out"],
    ["postgres://u@h/d?%C3%BC=canary", "there are only psql's names"],
    ["postgres://u@h/d?ssl=1", "Write sslmode=require"],
    ["postgres://u@h/d?ssl=no-verify", "Write sslmode=require"],
    ["postgres://u@h/d?sslmode=no-verify", "require (TLS, and any certificate)"],
    ["postgres://u@h/d?sslmode=", "`sslmode`: it is one of"],
    ["postgres://u@h/d?sslmode=require&uselibpqcompat=true", "`uselibpqcompat`. Leave it out"],
    ["postgres://u@h/d?database=e", "as `dbname`"],
    ["postgres://u@h/d?statement_timeout=5", "options=-cstatement_timeout%3DVALUE"],
    ["postgres://u@h/d?schema=app", "options=-csearch_path%3DVALUE"],
    ["postgres://u@h/d?sslmode=prefer&sslrootcert=system", "write sslmode=verify-full"],
    ["postgres://u@h/d?sslmode=disable&sslrootcert=system", "write sslmode=verify-full"],
    ["postgres://u@h/d?sslnegotiation=direct", "write sslmode=require"],
    ["postgres://u@h/d?sslnegotiation=now", "`sslnegotiation`"],
    ["postgres://u@h/d?ssl_min_protocol_version=SSLv3", "`ssl_min_protocol_version`: it is one of"],
    ["postgres://u@h/d?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2", "below"],
    ["postgres://u@h/d?ssl_max_protocol_version=TLSv1.1", "below"],
    ["postgres://u@h/d?sslcrldir=/canary", "`sslcrldir`: write `sslcrl`"],
    ["postgres://u@h/d?sslcertmode=require", "`sslcertmode`"],
    ["postgres://u@h/d?sslsni=0", "`sslsni`"],
    ["postgres://u@h/d?sslkeylogfile=/canary", "`sslkeylogfile`"],
    ["postgres://u@h/d?hostaddr=127.0.0.1", "`hostaddr`: write the address as the host"],
    ["postgres://u@h/d?service=canary", "`service`"],
    ["postgres://u@h/d?passfile=/canary", "PGPASSFILE"],
    ["postgres://u@h/d?channel_binding=require", "`channel_binding`: the driver cannot insist on it"],
    ["postgres://u@h/d?require_auth=scram-sha-256", "`require_auth`"],
    ["postgres://u@/d?host=/tmp&requirepeer=postgres", "`requirepeer`"],
    ["postgres://u@h/d?target_session_attrs=read-write", "`target_session_attrs`: it is any"],
    ["postgres://u@h/d?load_balance_hosts=random", "`load_balance_hosts`"],
    ["postgres://u@h/d?gssencmode=require", "`gssencmode`"],
    ["postgres://u@h/d?client_encoding=LATIN1", "`client_encoding`: it is UTF8"],
    ["postgres://u@h/d?replication=database", "`replication`"],
    ["postgres://u@h/d?min_protocol_version=3.2", "`min_protocol_version`"],
    ["postgres://u@h/d?scram_client_key=canary", "`scram_client_key`"],
    ["postgres://u@h/d?oauth_issuer=canary", "`oauth_issuer`"],
    ["postgres://u@h/d?keepalives=yes", "`keepalives`: it is a whole number"],
    ["postgres://u@h/d?connect_timeout=5s", "`connect_timeout`: it is a number of seconds"],
    [
      "postgres://u@h/d?options=-d%205",
      "`options`: `-d` does not work here; write each setting as `-c NAME=VALUE`"
    ],
    ["postgres://u@h/d?options=-c", "`options`: a setting has no value"],
    ["postgres://u@h/d?options=--canary", "`options`: a setting has no value"],
    ["postgres://u@h/d?options=canary", "`options`: it has a word that is no setting"],
    ["postgres://u@h/d?options=--", "`options`: it has a word that is no setting"],
    ["postgres://u@h/d?options=-cclient_encoding=LATIN1", "`client_encoding` must be UTF8"],
    [
      "postgres://u@h/d?options=--transaction-read-only=off",
      "`transaction_read_only` is set for each transaction"
    ],
    ["postgres://u@h/d?options=--a+b=canary", "a blank is %20 and not `+`"]
  ])("%s: %s", ([url, text]) =>
    Effect.map(refused(url ?? ""), ({ message, reason }) => {
      expect(reason).toBe("url")
      expect(message).toMatch(/^`url` /)
      expect(message).toContain(text)
      expect(message).not.toContain("canary")
    })
  )

  it.effect.each([
    ["PGPORT", "canary"],
    ["PGHOST", "a,b"],
    ["PGSSLMODE", "no-verify"],
    ["PGSSLNEGOTIATION", "canary"],
    ["PGCONNECT_TIMEOUT", "canary"],
    ["PGOPTIONS", "-d 5"],
    ["PGSERVICE", "canary"],
    ["PGHOSTADDR", "127.0.0.1"],
    ["PGCHANNELBINDING", "require"],
    ["PGREQUIREAUTH", "scram-sha-256"],
    ["PGTARGETSESSIONATTRS", "primary"],
    ["PGGSSENCMODE", "require"],
    ["PGSSLMINPROTOCOLVERSION", "SSLv3"],
    ["PGSSLNEGOTIATION", "direct"]
  ])("the variable %s as %s, by its own name", ([name = "", value = ""]) =>
    Effect.map(refused("postgres://", { [name]: value }), ({ message, reason }) => {
      expect(reason).toBe("url")
      expect(message).toContain(`\`url\` cannot be used with the variable ${name}`)
      expect(message).not.toContain("canary")
    })
  )

  it.effect.each([
    ["sslrootcert=/none/canary", "`sslrootcert`: the file cannot be read"],
    [`sslrootcert=${key}`, "`sslrootcert`: the file is not a certificate"],
    ["sslcert=/none/canary", "`sslcert`: the file cannot be read"],
    [`sslcert=${key}`, "`sslcert`: the file is not a certificate"],
    [`sslcert=${root}`, "write `sslkey` too"],
    [`sslcert=${root}&sslkey=/none/canary`, "`sslkey`: the file cannot be read"],
    [`sslcert=${root}&sslkey=${root}`, "`sslkey`: the file is not a key"],
    [`sslrootcert=${root}&sslcrl=/none/canary`, "`sslcrl`: the file cannot be read"],
    [`sslrootcert=${root}&sslcrl=${root}`, "`sslcrl`: the file is not a list"],
    ["sslmode=verify-full&sslcrl=/none/canary", "`sslcrl`: it belongs to"],
    ["sslmode=verify-ca", "write `sslrootcert` and its file"]
  ])("%s is refused: %s", ([query, text]) =>
    Effect.map(refused(`postgres://u@h/d?${query}`), ({ message, reason }) => {
      expect(reason).toBe("tls")
      expect(message).toMatch(/^`url` /)
      expect(message).toContain(text)
      expect(message).not.toMatch(/canary|\.pem/)
    })
  )

  it.effect("a file that a variable names, by the variable", () =>
    Effect.map(refused("postgres://", { PGSSLROOTCERT: "/none/canary" }), ({ message, reason }) => {
      expect(reason).toBe("tls")
      expect(message).toBe("`url` cannot be used with the variable PGSSLROOTCERT: the file cannot be read.")
    })
  )
})
