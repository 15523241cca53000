/**
 * The part of a record that its registry's list carries, in a form that can be compared: of a row of the list, and of the
 * whole record, it is the same as long as the list shows no change.
 *
 * @module
 */
import { hash } from "node:crypto"
import { deepest } from "../model/Json.js"
import type { Registry, RegistryRecord } from "./Registry.js"

/** The paths of a registry as a tree, its names sorted: what is at the end of a path (null) is taken whole. */
type Tree = ReadonlyArray<{ readonly name: string; readonly key: string; readonly rest: Tree | null }>

const treeOf = (paths: ReadonlyArray<string>): Tree => {
  const branches = new Map<string, Array<string> | null>()
  for (const path of paths) {
    const dot = path.indexOf(".")
    const name = dot === -1 ? path : path.slice(0, dot)
    const known = branches.get(name)
    if (dot === -1) branches.set(name, null)
    else if (known !== null) branches.set(name, [...(known ?? []), path.slice(dot + 1)])
  }
  return [...branches]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rest]) => ({
      name,
      key: `${name.length}:${name}=`,
      rest: rest === null ? null : treeOf(rest)
    }))
}

type Values = Readonly<Record<string, unknown>>

/**
 * A text that is equal for equal values, and only for them, whatever the order of their keys; "" for what says nothing:
 * null, "", and lists and objects of nothing else. Where a tree is given, only what it names counts. Texts have their
 * length before them, which takes half the time of escaping them.
 */
const textOf = (value: unknown, tree: Tree | null, left: number): string => {
  if (typeof value === "string") return value === "" ? "" : `"${value.length}:${value}`
  if (value === undefined || value === null) return ""
  if (typeof value !== "object") return `${JSON.stringify(value)};`
  if (left === 0) return "…"
  let text = ""
  if (Array.isArray(value)) {
    for (const item of value) text += textOf(item, tree, left - 1)
    return text === "" ? "" : `[${text}]`
  }
  const members = value as Values // an object's values may be anything
  if (tree === null) {
    for (const name of Object.keys(members).sort()) {
      const part = textOf(members[name], null, left - 1)
      if (part !== "") text += `${name.length}:${name}=${part}`
    }
  } else {
    for (const { key, name, rest } of tree) {
      if (!Object.hasOwn(members, name)) continue
      const part = textOf(members[name], rest, left - 1)
      if (part !== "") text += key + part
    }
  }
  return text === "" ? "" : `{${text}}`
}

/** Makes the SHA-256 in hex of what a registry's list carries of a record. */
export const digester = ({ listed }: Pick<Registry, "listed">): ((record: RegistryRecord) => string) => {
  const tree = treeOf(listed)
  return (record) => hash("sha256", textOf(record, tree, deepest))
}

/** So much of a digest is kept of each trial, in hex. */
const kept = 32

/** A digest as it is kept. */
export const shortDigest = (digest: string): string => digest.slice(0, kept)
