import { GitHubError } from "./GitHubError.js"

/** A file of a release. */
export interface GitHubAsset {
  readonly id: number
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** In hexadecimal; null where GitHub does not tell it. */
  readonly sha256: string | null
  /** Whether all of it has arrived. */
  readonly whole: boolean
  /** Where the API gives it. */
  readonly url: string
}

/** A release, published or a draft. */
export interface GitHubRelease {
  readonly id: number
  readonly tag: string
  readonly draft: boolean
  readonly body: string
  /** The page for people. */
  readonly page: string
  readonly uploadUrl: string
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? { ...value } : {})

const missing = (name: string) =>
  new GitHubError("unreachable", `GitHub's API answered without ${name}. Try again later.`)

const text = (fields: Fields, name: string): string => {
  const value = fields[name]
  if (typeof value !== "string") throw missing(name)
  return value
}

const number = (fields: Fields, name: string): number => {
  const value = fields[name]
  if (typeof value !== "number") throw missing(name)
  return value
}

/** Reads an asset as the API answers it. */
export const assetOf = (answer: unknown): GitHubAsset => {
  const fields = fieldsOf(answer)
  const [, sha256 = null] = /^sha256:([0-9a-f]{64})$/.exec(String(fields["digest"])) ?? []
  return {
    id: number(fields, "id"),
    name: text(fields, "name"),
    size: number(fields, "size"),
    sha256,
    whole: fields["state"] === "uploaded",
    url: text(fields, "url")
  }
}

/** Reads a release as the API answers it. */
export const releaseOf = (answer: unknown): GitHubRelease => {
  const fields = fieldsOf(answer)
  return {
    id: number(fields, "id"),
    tag: text(fields, "tag_name"),
    draft: fields["draft"] === true,
    body: typeof fields["body"] === "string" ? fields["body"] : "",
    page: text(fields, "html_url"),
    uploadUrl: text(fields, "upload_url").replace(/\{.*$/, "")
  }
}

/** The name of a tag in a reference as the API answers it. */
export const tagNameOf = (answer: unknown): string => text(fieldsOf(answer), "ref").replace("refs/tags/", "")
